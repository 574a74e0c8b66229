"""Which tick of the schedule each of its jobs was made for."""

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

# The ledger keeps only the last tick of a schedule, so the database itself notes each one, with its job.
NOTE = f"INSERT INTO chaos_ticks (job_id, tick) SELECT NEW.last_job_id, NEW.last_at WHERE NEW.name = '{Tick.wire_name}'"
TRIGGER = "CREATE TRIGGER chaos_notes AFTER UPDATE OF last_job_id ON core_schedules FOR EACH ROW"
ON_SQLITE = (f"{TRIGGER} BEGIN {NOTE}; END",)
ON_POSTGRES = (
    f"CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {NOTE}; RETURN NEW; END $$",
    f"{TRIGGER} EXECUTE FUNCTION chaos_note()",
)


class NotedTick(Base):
    """A tick that became a job: nothing forbids a second row of the same tick, so that one is seen."""

    __tablename__ = "chaos_ticks"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[UUID]
    tick: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Made:
    """A job of the schedule: its tick, None where no schedule knows of it, and the moment at which it was made."""

    tick: datetime | None
    at: datetime


def note_ticks(database: Database) -> None:
    """Let the database note every tick that becomes a job."""
    with database.transaction() as session:
        for statement in ON_SQLITE if database.is_sqlite else ON_POSTGRES:
            session.execute(text(statement))


def made_jobs(database: Database) -> list[Made]:
    """Every job that the schedule has made so far."""
    noted = select(NotedTick.tick, Job.created_at).join_from(Job, NotedTick, NotedTick.job_id == Job.id, isouter=True)
    with database.transaction(read_only=True) as session:
        return [Made(tick, at) for tick, at in session.execute(noted.where(Job.name == Tick.wire_name))]


def repeated(made: Sequence[Made]) -> list[str]:
    """Complaints of ticks that became more than one job, and of jobs without a tick."""
    counts = Counter(job.tick for job in made if job.tick is not None)
    found = [f"{count} jobs for the tick of {tick:%H:%M:%S}" for tick, count in counts.items() if count > 1]
    return [*found, *["a job for no tick"] * sum(job.tick is None for job in made)]


def missing(made: Sequence[Made], since: datetime, until: datetime) -> list[datetime]:
    """The ticks between two moments that no job was made for: its own, or one that caught up with what had passed."""
    return [
        tick
        for tick in ticks_between(since, until)
        if not any(job.tick is not None and job.tick <= tick <= job.at for job in made)
    ]


def ticks_between(since: datetime, until: datetime) -> Iterator[datetime]:
    """The schedule's ticks after one moment and up to another."""
    tick = datetime.fromtimestamp(since.timestamp() // TICK_SECONDS * TICK_SECONDS, since.tzinfo)
    while (tick := tick + timedelta(seconds=TICK_SECONDS)) <= until:
        yield tick
