"""A worker's transitions of a job: one conditional UPDATE each, naming the state it leaves and the attempt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Row, tuple_, update
from sqlalchemy.orm import Session

from core.database.types import Document
from core.jobs.models import Job, JobEvent
from core.jobs.policy import Policy
from core.jobs.statements import CLAIM, SUCCEED
from core.jobs.states import State
from core.observability.logging import Line

UNSYNCHRONISED = {"synchronize_session": False}

Fence = tuple[UUID, int]


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
        """The job and its attempt: what tells this claim from every other one."""
        return self.id, self.attempt


class LostLease(Exception):
    """Somebody else has the job now: stop, and write nothing."""


class Cancelled(Exception):
    """A client asked for the job's end."""


@dataclass(frozen=True)
class Ledger:
    """What a worker writes of the jobs that it runs; each method in the caller's transaction."""

    policy: Policy

    def claim(self, session: Session, job_id: UUID, worker: str) -> Claim | None:
        """`queued` → `running`; None where the job is not queued any more: somebody else won."""
        now = self.policy.clock()
        values = {"job": job_id, "due": now + self.policy.lease, "process": worker, "now": now}
        claimed = session.connection().execute(CLAIM, values).first()
        return None if claimed is None else Claim(*claimed)

    def extend(self, session: Session, claims: Sequence[Claim]) -> dict[Fence, bool]:
        """Extend the leases that are still held; the held ones, and whether a client wants their end."""
        held = session.execute(
            update(Job)
            .where(Job.state == State.RUNNING, tuple_(Job.id, Job.attempt).in_([claim.fence for claim in claims]))
            .values(due_at=self.policy.clock() + self.policy.lease)
            .returning(Job.id, Job.attempt, Job.cancel_requested_at),
            execution_options=UNSYNCHRONISED,
        )
        return {(job_id, attempt): wanted_at is not None for job_id, attempt, wanted_at in held}

    def keep(self, session: Session, claim: Claim, lines: Sequence[Line]) -> None:
        """Tell what the job's code logged."""
        session.add_all(
            JobEvent(job_id=claim.id, at=line.at, attempt=claim.attempt, kind="log", text=line.text) for line in lines
        )

    def progress(self, session: Session, claim: Claim, progress: Document) -> None:
        """Extend the lease and say how far the job is; raises LostLease or Cancelled."""
        row = self._write(session, claim, progress=progress, due_at=self.policy.clock() + self.policy.lease)
        if row.cancel_requested_at is not None:
            raise Cancelled(str(claim.id))

    def succeed(self, session: Session, claim: Claim, result: Document | None) -> None:
        """`running` → `succeeded`, in the transaction of the job's own effect; raises LostLease."""
        values = {"job": claim.id, "held": claim.attempt, "outcome": result, "now": self.policy.clock()}
        session.flush()
        if session.connection().execute(SUCCEED, values).rowcount != 1:
            raise LostLease(str(claim.id))

    def fail(self, session: Session, claim: Claim, problem: Document) -> None:
        """`running` → `failed`; raises LostLease."""
        self._finish(session, claim, State.FAILED, problem=problem)
        self._tell(session, claim, "failed", str(problem.get("detail", problem.get("title"))))

    def cancel(self, session: Session, claim: Claim) -> None:
        """`running` → `cancelled`; raises LostLease."""
        self._finish(session, claim, State.CANCELLED)
        self._tell(session, claim, "cancelled", "the job stopped when it was asked to")

    def postpone(self, session: Session, claim: Claim, delay: timedelta, problem: Document) -> None:
        """`running` → `waiting` until the delay is over; raises LostLease, or Cancelled where it shall not go on."""
        due_at = self.policy.clock() + delay
        row = self._write(session, claim, state=State.WAITING, due_at=due_at, problem=problem)
        if row.cancel_requested_at is not None:
            raise Cancelled(str(claim.id))
        self._tell(session, claim, "postponed", str(problem.get("detail", problem.get("title"))))

    def _tell(self, session: Session, claim: Claim, kind: str, text: str) -> None:
        session.add(JobEvent(job_id=claim.id, at=self.policy.clock(), attempt=claim.attempt, kind=kind, text=text))

    def _finish(self, session: Session, claim: Claim, state: State, **values: object) -> None:
        self._write(session, claim, state=state, finished_at=self.policy.clock(), **values)

    def _write(self, session: Session, claim: Claim, **values: object) -> Row[UUID, object]:
        row = session.execute(
            update(Job)
            .where(*_held(claim))
            .values(updated_at=self.policy.clock(), **values)
            .returning(Job.id, Job.cancel_requested_at),
            execution_options=UNSYNCHRONISED,
        ).first()
        if row is None:
            raise LostLease(str(claim.id))
        return row


def _held(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (Job.id == claim.id, Job.state == State.RUNNING, Job.attempt == claim.attempt)
