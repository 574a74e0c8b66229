"""The ledger in numbers, at a bounded cost: counts stop at a limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, Float, case, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from core.jobs.models import Job, Schedule, Worker, in_states
from core.jobs.queries import ALIVE_FOR, UnservedQueue, unserved_queues
from core.jobs.states import FINISHED, LIVE, RETRYABLE, State

MAX_COUNTED = 10_000
MAX_SUMMED = 50_000
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Minute:
    """The jobs that finished in one state within a minute; `number` counts minutes since 1970.

    `seconds` is the average time from acceptance to end, over jobs with one attempt: others waited for their retries.
    """

    number: int
    state: State
    jobs: int
    seconds: float | None


def counts(session: Session) -> dict[State, int]:
    """How many jobs are in each state; 10,001 stands for more than 10,000."""
    return {state: counted(session, state) for state in State}


def ended_since(session: Session, since: datetime) -> Sequence[Minute]:
    """The jobs that finished since a time, by minute and state; among the newest 50,000 changes."""
    columns = Job.state, Job.attempt, Job.created_at, Job.finished_at
    newest = select(*columns).where(Job.updated_at >= since, Job.state.in_(FINISHED))
    ended = newest.order_by(Job.updated_at.desc()).limit(MAX_SUMMED).subquery()
    minute = MinuteOf(ended.c.finished_at)
    taken = case((ended.c.attempt == 1, SecondsBetween(ended.c.created_at, ended.c.finished_at)))
    summed = select(minute, ended.c.state, func.count(), func.avg(taken))
    rows = session.execute(summed.where(ended.c.finished_at >= since).group_by(minute, ended.c.state))
    return [Minute(number, State(state), jobs, seconds) for number, state, jobs, seconds in rows]


def counted(session: Session, state: State) -> int:
    """How many jobs are in a state, with the same limit."""
    rules: list[ColumnElement[bool]] = [Job.state == state]
    rules += [in_states(states) for states in (LIVE, RETRYABLE) if state in states]
    found = select(Job.id).where(*rules).limit(MAX_COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


class MinuteOf(FunctionElement[int]):
    """The minutes from 1970 to a time, in SQL of each database."""

    type: TypeEngine[int] = BigInteger()
    inherit_cache: bool | None = True


class SecondsBetween(FunctionElement[float]):
    """The seconds from one time to another, in SQL of each database."""

    type: TypeEngine[float] = Float()
    inherit_cache: bool | None = True


@compiles(MinuteOf, "postgresql")
def _minute_of(element: MinuteOf, compiler: SQLCompiler, **options: object) -> str:
    return f"CAST(floor(EXTRACT(epoch FROM {compiler.process(element.clauses, **options)}) / 60) AS BIGINT)"


@compiles(MinuteOf, "sqlite")
def _minute_of_sqlite(element: MinuteOf, compiler: SQLCompiler, **options: object) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **options)}) AS INTEGER) / 60"


@compiles(SecondsBetween, "postgresql")
def _seconds_between(element: SecondsBetween, compiler: SQLCompiler, **options: object) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(EXTRACT(epoch FROM {last} - {first}) AS DOUBLE PRECISION)"


@compiles(SecondsBetween, "sqlite")
def _seconds_between_sqlite(element: SecondsBetween, compiler: SQLCompiler, **options: object) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(julianday({last}) - julianday({first})) * 86400.0"


MINUTE = timedelta(minutes=1)
# Beat polls once a second: if a tick is later than this, no beat runs.
LATE = timedelta(seconds=10)


@dataclass(frozen=True)
class Live:
    """The unfinished jobs of one queue, name and state; `since` is the oldest change among them."""

    queue: str
    name: str
    state: State
    jobs: int
    since: datetime


@dataclass(frozen=True)
class Ended:
    """The jobs of one name and state that finished within the last minute, and the seconds of their last attempts."""

    name: str
    state: State
    jobs: int
    average: float | None
    longest: float | None


@dataclass(frozen=True)
class Measures:
    """The ledger at one time; in `retryable`, 10,001 stands for more than 10,000."""

    at: datetime
    live: Sequence[Live]
    ended: Sequence[Ended]
    retryable: dict[State, int]
    workers: dict[bool, int]
    slots: int
    schedules_behind: int
    unserved: Sequence[UnservedQueue]


def measure(session: Session, now: datetime) -> Measures:
    """Measure the ledger now."""
    seen = session.execute(select(Worker.seen_at, Worker.concurrency)).all()
    alive = [concurrency for seen_at, concurrency in seen if seen_at > now - ALIVE_FOR]
    return Measures(
        at=now,
        live=_live(session),
        ended=_ended(session, now - MINUTE),
        retryable={state: counted(session, state) for state in RETRYABLE},
        workers={True: len(alive), False: len(seen) - len(alive)},
        slots=sum(alive),
        schedules_behind=_behind(session, now - LATE),
        unserved=unserved_queues(session, now),
    )


def _live(session: Session) -> list[Live]:
    # Scans as many rows as MAX_LIVE_JOBS allows, as the enqueuer does each second.
    kind = Job.queue, Job.name, Job.state
    rows = session.execute(select(*kind, func.count(), func.min(Job.updated_at)).where(in_states(LIVE)).group_by(*kind))
    return [Live(queue, name, State(state), jobs, since) for queue, name, state, jobs, since in rows]


def _ended(session: Session, since: datetime) -> list[Ended]:
    columns = Job.name, Job.state, Job.started_at, Job.finished_at
    newest = select(*columns).where(Job.updated_at >= since, Job.state.in_(FINISHED))
    ended = newest.order_by(Job.updated_at.desc()).limit(MAX_SUMMED).subquery()
    seconds = SecondsBetween(ended.c.started_at, ended.c.finished_at)
    kind = ended.c.name, ended.c.state
    summed = select(*kind, func.count(), func.avg(seconds), func.max(seconds)).where(ended.c.finished_at >= since)
    rows = session.execute(summed.group_by(*kind))
    return [Ended(name, State(state), jobs, average, longest) for name, state, jobs, average, longest in rows]


def _behind(session: Session, before: datetime) -> int:
    late = select(func.count()).select_from(Schedule).where(Schedule.paused_at.is_(None), Schedule.next_at < before)
    return session.scalar(late) or 0
