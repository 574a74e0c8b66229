"""Jobs for tests: in every state, under a clock that the test moves, with workers that run them or die."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from core.composition import Composition
from core.database.types import Document
from core.jobs.actions import JobActions
from core.jobs.enqueue import Enqueuer
from core.jobs.messages import Message
from core.jobs.models import Job, JobEvent
from core.jobs.policy import Policy
from core.jobs.reaper import Hint, Reaper
from core.jobs.states import State
from core.jobs.transitions import Claim, Ledger
from core.observability.logging import CapturedLines
from core.unit_of_work import UnitOfWorkFactory
from core.worker.runner import Runner

PROBLEM: Document = {"type": "about:blank", "title": "Conflict", "status": 409, "detail": "The note may not be"}


@dataclass
class FakeClock:
    """A clock that stands still until the test moves it."""

    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def forward(self, seconds: float) -> None:
        """Move the clock."""
        self.now += timedelta(seconds=seconds)


class JobFactory:
    """Makes and changes jobs as web, workers, reapers and clients do, each step in a transaction of its own.

    Nothing is published: `published` lists the jobs whose hints the broker would have got, unless
    `is_broker_unavailable` is set. Without a clock, time is the real one.
    """

    def __init__(self, composition: Composition, message: Message, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        policy = composition.extensions.policy
        self.policy: Policy = replace(policy, clock=clock, random=lambda: 1.0) if clock else policy
        self.units: UnitOfWorkFactory = replace(
            composition.extensions.units, enqueuer=Enqueuer(self.policy), publish=self._publish
        )
        self.tasks = {name: task for app in composition.apps for name, task in app.bound_tasks().items()}
        self.ledger, self.reaper, self.actions = Ledger(self.policy), Reaper(self.policy), JobActions(self.policy)
        self.published: list[UUID] = []
        self.is_broker_unavailable = False
        self._message = message

    def _publish(self, hint: Hint) -> bool:
        if not self.is_broker_unavailable:
            self.published.append(hint.job_id)
        return not self.is_broker_unavailable

    def enqueue(self, message: Message | None = None, unique_key: str | None = None) -> UUID:
        """A queued job for the message, or for the factory's own."""
        with self.units.open() as unit:
            return unit.enqueue(message or self._message, unique_key=unique_key)

    def make(self, state: State, message: Message | None = None) -> UUID:
        """A job in this state."""
        job_id = self.enqueue(message)
        if state == State.CANCELLED:
            self.cancel(job_id)
        elif state != State.QUEUED:
            claim = self.claim(job_id)
            if state != State.RUNNING:
                self.end(claim, state)
        return job_id

    def claim(self, job_id: UUID, worker: str = "here/1-2") -> Claim:
        """Claim a queued job for a worker."""
        with self.units.open() as unit:
            claim = self.ledger.claim(unit.session, job_id, worker)
        assert claim is not None
        return claim

    def progress(self, claim: Claim, done: int, total: int | None = None, note: str = "") -> None:
        """Write a running job's progress."""
        with self.units.open() as unit:
            self.ledger.progress(unit.session, claim, {"done": done, "total": total, "note": note})

    def end(self, claim: Claim, state: State) -> None:
        """End a running job as succeeded or failed, or let it wait a minute."""
        with self.units.open() as unit:
            if state == State.SUCCEEDED:
                self.ledger.succeed(unit.session, claim, {"notes": 1})
            elif state == State.FAILED:
                self.ledger.fail(unit.session, claim, PROBLEM)
            else:
                self.ledger.retry_later(unit.session, claim, timedelta(seconds=60), PROBLEM)

    def run(self, job_id: UUID) -> Job:
        """Run a job as a worker does; returns the job afterwards."""
        Runner(self.units, self.tasks).run(job_id)
        return self.read(job_id)

    def cancel(self, job_id: UUID) -> None:
        """Cancel a job as a client does."""
        with self.units.open() as unit:
            self.actions.cancel(unit.session, job_id)

    def reap(self, *, is_backlog: bool = False) -> list[UUID]:
        """Run the reaper once; returns the jobs whose hints are to be published."""
        with self.units.database.transaction() as session:
            return [hint.job_id for hint in self.reaper.reap(session, lambda _queue: is_backlog)]

    def change(self, job_id: UUID, **values: object) -> None:
        """Change columns of a job's row."""
        with self.units.database.transaction() as session:
            session.execute(update(Job).where(Job.id == job_id).values(**values))

    def delete(self, job_id: UUID) -> None:
        """Delete a job, as its retention does."""
        with self.units.open() as unit:
            unit.session.delete(unit.session.get_one(Job, job_id))

    def read(self, job_id: UUID) -> Job:
        """The committed row of a job."""
        with self.units.database.transaction(read_only=True) as session:
            return session.get_one(Job, job_id)

    def events(self, job_id: UUID) -> Sequence[tuple[str, str]]:
        """The kind and text of each event of a job, oldest first."""
        with self.units.database.transaction(read_only=True) as session:
            events = session.scalars(select(JobEvent).where(JobEvent.job_id == job_id).order_by(JobEvent.id))
            return [(event.kind, event.text) for event in events]


class ProcessKilled(BaseException):
    """Raised in a handler, under MortalRunner: the process is killed here."""


class MortalRunner(Runner):
    """Runs jobs as a process that can be killed: after ProcessKilled nothing is written, as after SIGKILL."""

    def _end(self, claim: Claim, lines: CapturedLines, error: BaseException) -> None:
        if not isinstance(error, ProcessKilled):
            super()._end(claim, lines, error)
