"""A worker's transitions of a job: one conditional UPDATE each, naming the state it leaves and the attempt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Row, insert, tuple_, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from core.database.types import Document, storable_text
from core.jobs.models import Job, JobEvent
from core.jobs.policy import Policy
from core.jobs.statements import CLAIM, SUCCEED
from core.jobs.states import State
from core.observability.logging import Line, logger

UNSYNCHRONISED = {"synchronize_session": False}

Fence = tuple[UUID, int]

log = logger(__name__)


@dataclass(frozen=True)
class Claim:
    """A worker's right to run a job: its attempt is the fencing number that every later write must name."""

    id: UUID
    name: str
    payload: Document
    attempt: int
    max_attempts: int
    request_id: str | None
    trace_context: str | None

    @property
    def fence(self) -> Fence:
        """The job and its attempt, which identify this claim."""
        return self.id, self.attempt


class LostLease(Exception):
    """Another worker has the job now: stop, and write nothing."""


class Cancelled(Exception):
    """A client has cancelled the job."""


@dataclass(frozen=True)
class Ledger:
    """What a worker writes about the jobs that it runs; each method in the caller's transaction."""

    policy: Policy

    def claim(self, session: Session, job_id: UUID, worker: str) -> Claim | None:
        """`queued` → `running`; None if the job is not queued (any more)."""
        now = self.policy.clock()
        values = {"job": job_id, "due": now + self.policy.lease, "process": worker, "now": now}
        claimed = session.connection().execute(CLAIM, values).first()
        return None if claimed is None else Claim(*claimed)

    def extend(self, session: Session, claims: Sequence[Claim]) -> dict[Fence, bool]:
        """Extend the leases of these claims; the claims that still hold, and whether a client has cancelled the job."""
        extended = session.execute(
            update(Job)
            .where(Job.state == State.RUNNING, tuple_(Job.id, Job.attempt).in_([claim.fence for claim in claims]))
            .values(due_at=self.policy.clock() + self.policy.lease)
            .returning(Job.id, Job.attempt, Job.cancel_requested_at),
            execution_options=UNSYNCHRONISED,
        )
        return {(job_id, attempt): requested_at is not None for job_id, attempt, requested_at in extended}

    def add_log(self, session: Session, claim: Claim, lines: Sequence[Line]) -> None:
        """Store lines that the handler logged; lines that the database refuses are left out."""
        if not lines:
            return
        row = {"job_id": claim.id, "attempt": claim.attempt, "kind": "log"}
        rows = [row | {"at": line.at, "text": storable_text(line.text)} for line in lines]
        session.flush()  # what the handler wrote fails outside the savepoint
        try:
            with session.begin_nested():
                session.execute(insert(JobEvent), rows)
        except OperationalError:
            raise
        except SQLAlchemyError:  # the job's end matters more than its log
            log.exception("job's log not stored")

    def progress(self, session: Session, claim: Claim, progress: Document) -> None:
        """Write the progress and extend the lease; raises LostLease or Cancelled."""
        row = self._write(session, claim, progress=progress, due_at=self.policy.clock() + self.policy.lease)
        if row.cancel_requested_at is not None:
            raise Cancelled(str(claim.id))

    def succeed(self, session: Session, claim: Claim, result: Document | None) -> None:
        """`running` → `succeeded`, in the transaction of the job's own changes; raises LostLease."""
        values = {"job": claim.id, "claimed": claim.attempt, "outcome": result, "now": self.policy.clock()}
        session.flush()
        if session.connection().execute(SUCCEED, values).rowcount != 1:
            raise LostLease(str(claim.id))

    def fail(self, session: Session, claim: Claim, problem: Document) -> None:
        """`running` → `failed`; raises LostLease."""
        self._finish(session, claim, State.FAILED, problem=problem)
        self._add_event(session, claim, "failed", _summary(problem))

    def cancel(self, session: Session, claim: Claim) -> None:
        """`running` → `cancelled`; raises LostLease."""
        self._finish(session, claim, State.CANCELLED)
        self._add_event(session, claim, "cancelled", "the job stopped because a client cancelled it")

    def retry_later(self, session: Session, claim: Claim, delay: timedelta, problem: Document) -> None:
        """`running` → `waiting` until the delay has passed; raises LostLease, or Cancelled if a client cancelled."""
        due_at = self.policy.clock() + delay
        row = self._write(session, claim, state=State.WAITING, due_at=due_at, problem=problem)
        if row.cancel_requested_at is not None:
            raise Cancelled(str(claim.id))
        self._add_event(session, claim, "retry scheduled", _summary(problem))

    def _add_event(self, session: Session, claim: Claim, kind: str, text: str) -> None:
        session.add(JobEvent(job_id=claim.id, at=self.policy.clock(), attempt=claim.attempt, kind=kind, text=text))

    def _finish(self, session: Session, claim: Claim, state: State, **values: object) -> None:
        self._write(session, claim, state=state, finished_at=self.policy.clock(), **values)

    def _write(self, session: Session, claim: Claim, **values: object) -> Row[UUID, object]:
        row = session.execute(
            update(Job)
            .where(*_is_held_by(claim))
            .values(updated_at=self.policy.clock(), **values)
            .returning(Job.id, Job.cancel_requested_at),
            execution_options=UNSYNCHRONISED,
        ).first()
        if row is None:
            raise LostLease(str(claim.id))
        return row


def _is_held_by(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (Job.id == claim.id, Job.state == State.RUNNING, Job.attempt == claim.attempt)


def _summary(problem: Document) -> str:
    return str(problem.get("detail", problem.get("title")))
