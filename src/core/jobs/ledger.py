"""Every transition of a job: one conditional UPDATE that names the state it leaves, and the attempt once it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, insert, update
from sqlalchemy.orm import Session

from core.config import Settings
from core.database import Document, utc_now
from core.jobs.models import Job
from core.jobs.states import State
from core.messages import Message

Clock = Callable[[], datetime]
FIRST_BACKOFF = timedelta(seconds=2)
MAX_BACKOFF = timedelta(minutes=5)


@dataclass(frozen=True)
class Claim:
    """A worker's right to run a job: its attempt is the fencing number that every later write must name."""

    id: UUID
    name: str
    payload: Document
    attempt: int
    max_attempts: int
    request_id: str | None


class LostLease(Exception):
    """Somebody else has the job now: stop, and write nothing."""


class Cancelled(Exception):
    """A client asked for the job's end."""


@dataclass(frozen=True)
class Ledger:
    """The rules of the ledger, with their times; each method runs in the caller's transaction."""

    lease: timedelta
    grace: timedelta
    clock: Clock = utc_now
    random: Callable[[], float] = SystemRandom().random

    def enqueue(self, session: Session, message: Message, request_id: str | None) -> UUID:
        """Write the job; it exists when the caller's transaction commits."""
        now, job_id = self.clock(), uuid4()
        session.execute(
            insert(Job).values(
                id=job_id,
                name=message.wire_name,
                payload=message.model_dump(mode="json"),
                queue=message.queue,
                state=State.QUEUED,
                attempt=0,
                max_attempts=message.max_attempts,
                due_at=now + self.grace,
                request_id=request_id,
                created_at=now,
            )
        )
        return job_id

    def claim(self, session: Session, job_id: UUID, worker: str) -> Claim | None:
        """Queued → running; None where the job is not queued any more."""
        now = self.clock()
        claimed = session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == State.QUEUED)
            .values(
                state=State.RUNNING,
                attempt=Job.attempt + 1,
                due_at=now + self.lease,
                worker=worker,
                started_at=now,
            )
            .returning(Job.id, Job.name, Job.payload, Job.attempt, Job.max_attempts, Job.request_id),
            execution_options={"synchronize_session": False},
        ).first()
        return None if claimed is None else Claim(*claimed)

    def progress(self, session: Session, claim: Claim, progress: Document) -> None:
        """Extend the lease and say how far the job is; raises LostLease or Cancelled."""
        row = session.execute(
            update(Job)
            .where(*self._running(claim))
            .values(progress=progress, due_at=self.clock() + self.lease)
            .returning(Job.cancel_requested_at),
            execution_options={"synchronize_session": False},
        ).first()
        if row is None:
            raise LostLease(str(claim.id))
        if row.cancel_requested_at is not None:
            raise Cancelled(str(claim.id))

    def succeed(self, session: Session, claim: Claim, result: Document | None) -> None:
        """Running → succeeded, in the transaction of the job's own effect; raises LostLease."""
        self._finish(session, claim, state=State.SUCCEEDED, result=result, problem=None)

    def fail(self, session: Session, claim: Claim, problem: Document) -> None:
        """Running → failed; raises LostLease."""
        self._finish(session, claim, state=State.FAILED, problem=problem)

    def cancel(self, session: Session, claim: Claim) -> None:
        """Running → cancelled; raises LostLease."""
        self._finish(session, claim, state=State.CANCELLED)

    def postpone(self, session: Session, claim: Claim, delay: timedelta, problem: Document) -> None:
        """Running → waiting until the delay is over; raises LostLease."""
        self._leave_running(session, claim, state=State.WAITING, due_at=self.clock() + delay, problem=problem)

    def backoff(self, attempt: int) -> timedelta:
        """How long a job waits after this attempt: doubling, capped, and spread over time."""
        longest = min(MAX_BACKOFF, FIRST_BACKOFF * float(2 ** min(attempt - 1, 20)))
        return longest * (0.5 + self.random() / 2)

    def _finish(self, session: Session, claim: Claim, **values: object) -> None:
        self._leave_running(session, claim, finished_at=self.clock(), **values)

    def _leave_running(self, session: Session, claim: Claim, **values: object) -> None:
        changed = session.execute(
            update(Job).where(*self._running(claim)).values(**values).returning(Job.id),
            execution_options={"synchronize_session": False},
        ).first()
        if changed is None:
            raise LostLease(str(claim.id))

    @staticmethod
    def _running(claim: Claim) -> tuple[ColumnElement[bool], ...]:
        return (Job.id == claim.id, Job.state == State.RUNNING, Job.attempt == claim.attempt)


def build_ledger(settings: Settings, clock: Clock = utc_now) -> Ledger:
    """The ledger with the times of the settings."""
    return Ledger(timedelta(seconds=settings.job_lease), timedelta(seconds=settings.job_grace), clock)
