"""The tick of the schedule that each of its jobs was made for."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database.engine import Database
from core.database.types import UtcDateTime
from core.jobs.models import Job
from tests.chaos.app import TICK_SECONDS, Base, Tick

# The ledger stores only the last tick of a schedule, so a trigger records each of them, with its job.
RECORD = (
    f"INSERT INTO chaos_ticks (job_id, tick) SELECT NEW.last_job_id, NEW.last_at WHERE NEW.name = '{Tick.wire_name}'"
)
TRIGGER = "CREATE TRIGGER chaos_notes AFTER UPDATE OF last_job_id ON core_schedules FOR EACH ROW"
ON_SQLITE = (f"{TRIGGER} BEGIN {RECORD}; END",)
ON_POSTGRES = (
    f"CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {RECORD}; RETURN NEW; END $$",
    f"{TRIGGER} EXECUTE FUNCTION chaos_note()",
)


class RecordedTick(Base):
    """A tick that became a job. No constraint forbids a second row of the same tick, so that it is found."""

    __tablename__ = "chaos_ticks"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[UUID]
    tick: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class MadeJob:
    """A job of the schedule: its tick, or None if the schedule has no such tick, and its time."""

    tick: datetime | None
    at: datetime


def record_ticks(database: Database) -> None:
    """EffectRecord every tick that becomes a job, by a trigger."""
    with database.transaction() as session:
        for statement in ON_SQLITE if database.is_sqlite else ON_POSTGRES:
            session.execute(text(statement))


def made_jobs(database: Database) -> list[MadeJob]:
    """Every job of the schedule."""
    noted = select(RecordedTick.tick, Job.created_at).join_from(
        Job, RecordedTick, RecordedTick.job_id == Job.id, isouter=True
    )
    with database.transaction(read_only=True) as session:
        return [MadeJob(tick, at) for tick, at in session.execute(noted.where(Job.name == Tick.wire_name))]


def repeated(made: Sequence[MadeJob]) -> list[str]:
    """Findings: ticks that became more than one job, and jobs without a tick."""
    counts = Counter(job.tick for job in made if job.tick is not None)
    found = [f"{count} jobs for the tick of {tick:%H:%M:%S}" for tick, count in counts.items() if count > 1]
    return [*found, *["a job for no tick"] * sum(job.tick is None for job in made)]


def missing(made: Sequence[MadeJob], since: datetime, until: datetime) -> list[datetime]:
    """The ticks between two times that have no job, neither of their own nor a later one that caught up."""
    return [
        tick
        for tick in ticks_between(since, until)
        if not any(job.tick is not None and job.tick <= tick <= job.at for job in made)
    ]


def ticks_between(since: datetime, until: datetime) -> Iterator[datetime]:
    """The schedule's ticks after one time and up to another."""
    tick = datetime.fromtimestamp(since.timestamp() // TICK_SECONDS * TICK_SECONDS, since.tzinfo)
    while (tick := tick + timedelta(seconds=TICK_SECONDS)) <= until:
        yield tick
