"""The ledger in numbers for a machine that asks every few seconds; each statement reads an index, bounded by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.jobs.models import Job, Schedule, Worker, among
from core.jobs.queries import ALIVE_FOR
from core.jobs.states import FINISHED, LIVE, RETRYABLE, State
from core.jobs.statistics import MOST_SUMMED, SecondsBetween, counted

MINUTE = timedelta(minutes=1)
# A beat looks once a second: a tick that is later than this has none.
LATE = timedelta(seconds=10)


@dataclass(frozen=True)
class Live:
    """The unfinished jobs of one kind; the queued ones among them wait at the longest since that moment."""

    queue: str
    name: str
    state: State
    jobs: int
    since: datetime


@dataclass(frozen=True)
class Ended:
    """The jobs of one kind that ended within the last minute, and the seconds that their last attempts took."""

    name: str
    state: State
    jobs: int
    average: float | None
    longest: float | None


@dataclass(frozen=True)
class Measures:
    """The ledger at one moment; `retryable` counts to 10,001, which stands for more than 10,000."""

    at: datetime
    live: Sequence[Live]
    ended: Sequence[Ended]
    retryable: dict[State, int]
    workers: dict[bool, int]
    places: int
    schedules_behind: int


def measure(session: Session, now: datetime) -> Measures:
    """What the ledger says now."""
    seen = session.execute(select(Worker.seen_at, Worker.concurrency)).all()
    alive = [concurrency for seen_at, concurrency in seen if seen_at > now - ALIVE_FOR]
    return Measures(
        at=now,
        live=_live(session),
        ended=_ended(session, now - MINUTE),
        retryable={state: counted(session, state) for state in RETRYABLE},
        workers={True: len(alive), False: len(seen) - len(alive)},
        places=sum(alive),
        schedules_behind=_behind(session, now - LATE),
    )


def _live(session: Session) -> list[Live]:
    # As many rows as MAX_LIVE_JOBS allows, which the intake counts each second.
    kind = Job.queue, Job.name, Job.state
    rows = session.execute(select(*kind, func.count(), func.min(Job.updated_at)).where(among(LIVE)).group_by(*kind))
    return [Live(queue, name, State(state), jobs, since) for queue, name, state, jobs, since in rows]


def _ended(session: Session, moment: datetime) -> list[Ended]:
    columns = Job.name, Job.state, Job.started_at, Job.finished_at
    newest = select(*columns).where(Job.updated_at >= moment, Job.state.in_(FINISHED))
    ended = newest.order_by(Job.updated_at.desc()).limit(MOST_SUMMED).subquery()
    seconds = SecondsBetween(ended.c.started_at, ended.c.finished_at)
    kind = ended.c.name, ended.c.state
    summed = select(*kind, func.count(), func.avg(seconds), func.max(seconds)).where(ended.c.finished_at >= moment)
    rows = session.execute(summed.group_by(*kind))
    return [Ended(name, State(state), jobs, average, longest) for name, state, jobs, average, longest in rows]


def _behind(session: Session, moment: datetime) -> int:
    late = select(func.count()).select_from(Schedule).where(Schedule.paused_at.is_(None), Schedule.next_at < moment)
    return session.scalar(late) or 0
