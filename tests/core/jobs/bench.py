"""A ledger on a bench: a clock that moves when told, and short ways to ask and to look."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text, update

from core.composition import Composition
from core.jobs.actions import JobActions
from core.jobs.messages import Message
from core.jobs.models import Job, JobEvent
from core.jobs.policy import Policy
from core.jobs.reaper import Hint, Reaper
from core.unit_of_work import UnitOfWorkFactory
from core.worker.runner import Runner
from tests.core.toy.service import open_notes

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@dataclass
class Clock:
    """The time, as the test says."""

    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """This moment."""
        return self.now

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@dataclass
class Bench:
    """One composed project with the bench's clock; what is published is only noted."""

    composition: Composition
    clock: Clock = field(default_factory=Clock)
    published: list[UUID] = field(default_factory=list)
    is_broker_away: bool = False

    def __post_init__(self) -> None:
        extensions = self.composition.extensions
        policy = replace(extensions.policy, clock=self.clock, random=lambda: 1.0)
        timed = replace(self.composition, extensions=replace(extensions, policy=policy))
        self.units: UnitOfWorkFactory = replace(timed.extensions.units, publish=self._publish)
        self.tasks = {name: task for app in timed.apps for name, task in app.bound_tasks().items()}
        self.reaper, self.actions = Reaper(policy), JobActions(policy)

    def quick(self, lease: float) -> Policy:
        """The bench's policy with another lease, in seconds."""
        return replace(self.units.policy, lease=timedelta(seconds=lease))

    def _publish(self, hint: Hint) -> bool:
        if not self.is_broker_away:
            self.published.append(hint.job_id)
        return not self.is_broker_away

    def enqueue(self, message: Message, unique_key: str | None = None) -> UUID:
        """Ask for a job."""
        with self.units.open() as unit:
            return unit.enqueue(message, unique_key=unique_key)

    def run(self, job_id: UUID) -> Job:
        """Run a job as a worker that heard of it; the job afterwards."""
        Runner(self.units, self.tasks).run(job_id)
        return self.read(job_id)

    def read(self, job_id: UUID) -> Job:
        """The committed job."""
        with self.units.database.transaction(read_only=True) as session:
            return session.get_one(Job, job_id)

    def change(self, job_id: UUID, **values: object) -> None:
        """Put a job into a situation."""
        with self.units.database.transaction() as session:
            session.execute(update(Job).where(Job.id == job_id).values(**values))

    def rename(self, table: str, other: str) -> None:
        """Take a table away, or give it back: what uses it meets an error that nobody expects."""
        with self.units.database.transaction() as session:
            session.execute(text(f"ALTER TABLE {table} RENAME TO {other}"))

    def reap(self, *, is_backlog: bool = False) -> list[UUID]:
        """Let the reaper look; the jobs that are to be published."""
        with self.units.database.transaction() as session:
            return [hint.job_id for hint in self.reaper.reap(session, lambda _queue: is_backlog)]

    def events(self, job_id: UUID) -> Sequence[tuple[str, str]]:
        """What is told of a job: kind and text."""
        with self.units.database.transaction(read_only=True) as session:
            told = session.query(JobEvent).where(JobEvent.job_id == job_id).order_by(JobEvent.id)
            return [(event.kind, event.text) for event in told]

    def is_a_lock_awaited(self) -> bool:
        """Whether a transaction waits for another one; on PostgreSQL."""
        with self.units.database.transaction(read_only=True) as session:
            waiting: int = session.scalars(WAITING).one()
        return waiting > 0

    def notes(self) -> list[str]:
        """The effects: the toy's notes."""
        with self.units.open(read_only=True) as unit:
            return open_notes(unit).texts()
