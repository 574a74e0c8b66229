"""The reaper: repairs what was lost between the ledger, the broker and the workers; safe in any number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, delete, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from core.database.types import Document
from core.jobs.models import IdempotencyKey, Job, JobEvent, Worker, in_states
from core.jobs.policy import Policy
from core.jobs.states import FINISHED, LIVE, State
from core.jobs.transitions import UNSYNCHRONISED

BATCH = 300
SILENT = timedelta(hours=1)

LOST: Document = {
    "type": "about:blank",
    "title": "Worker lost",
    "status": 500,
    "detail": "The process that ran the job ended, in the last of the job's attempts",
}


@dataclass(frozen=True)
class Hint:
    """A queued job whose id is to be published."""

    job_id: UUID
    queue: str


@dataclass(frozen=True)
class Reaper:
    """Acts on live rows whose `due_at` has passed; each method in the caller's transaction."""

    policy: Policy

    def is_needed(self, session: Session) -> bool:
        """Whether a live row is due; read without a write lock."""
        due = select(Job.id).where(Job.due_at <= self.policy.clock(), in_states(LIVE)).limit(1)
        return session.scalar(due) is not None

    def reap(self, session: Session, is_backlog: Callable[[str], bool]) -> list[Hint]:
        """Requeue a batch of jobs that waited long enough or lost their worker; returns the hints to publish.

        If a queue is simply long (`is_backlog`), its queued jobs are not published again: their hints are still in the
        broker.
        """
        now = self.policy.clock()
        due = session.scalars(_due(Job.due_at <= now, in_states(LIVE))).all()
        hints = []
        for job in due:
            if job.state == State.RUNNING:
                hints += self._requeue_or_fail(session, job, "the lease expired")
            elif self._requeue(session, job) and not (job.state == State.QUEUED and is_backlog(job.queue)):
                hints.append(Hint(job.id, job.queue))
        return hints

    def requeue_lost(self, session: Session, is_gone: Callable[[str], bool]) -> list[Hint]:
        """Requeue the running jobs whose process is gone, without waiting for their leases."""
        running = session.scalars(select(Job).where(Job.state == State.RUNNING)).all()
        lost = [job for job in running if job.worker is not None and is_gone(job.worker)]
        return [hint for job in lost for hint in self._requeue_or_fail(session, job, "the worker's process ended")]

    def release_on_shutdown(self, session: Session, worker: str) -> int:
        """`running` → `waiting`, due now, for the jobs of a worker's processes, given the prefix of their names.

        The shutdown is no fault of the job, so `max_attempts` grows by the attempt that is lost. A job that a client
        has cancelled becomes `cancelled`. Returns the number of jobs.
        """
        now = self.policy.clock()
        released = session.execute(_release(worker, now), execution_options=UNSYNCHRONISED).all()
        session.add_all(
            JobEvent(job_id=job_id, at=now, attempt=attempt, kind="released", text="the worker was shut down")
            for job_id, attempt in released
        )
        return len(released)

    def make_queued_due(self, session: Session) -> None:
        """Make every queued job due now, because the broker has lost its hints."""
        session.execute(
            update(Job).where(Job.state == State.QUEUED).values(due_at=self.policy.clock()),
            execution_options=UNSYNCHRONISED,
        )

    def purge(self, session: Session) -> int:
        """Delete a batch of jobs older than the retention, expired idempotency keys and silent workers.

        Returns the number of deleted jobs.
        """
        now = self.policy.clock()
        is_old = Job.state.in_(FINISHED), Job.updated_at < now - self.policy.retention
        batch = select(Job.id).where(*is_old).order_by(Job.updated_at).limit(BATCH)
        # Repeat the condition: a concurrent retry may have changed the row.
        deleted = session.execute(
            delete(Job).where(Job.id.in_(batch), *is_old).returning(Job.id), execution_options=UNSYNCHRONISED
        )
        expired = IdempotencyKey.created_at < now - self.policy.idempotency_retention
        session.execute(delete(IdempotencyKey).where(expired))
        session.execute(delete(Worker).where(Worker.seen_at < now - SILENT))
        return len(deleted.all())

    def _requeue_or_fail(self, session: Session, job: Job, reason: str) -> list[Hint]:
        now = self.policy.clock()
        state = self._state_after_loss(job)
        values = {"due_at": now + self.policy.grace} if state == State.QUEUED else {"finished_at": now}
        problem = LOST if state == State.FAILED else job.problem
        if not self._update_if_unchanged(session, job, state=state, problem=problem, **values):
            return []
        session.add(JobEvent(job_id=job.id, at=now, attempt=job.attempt, kind="lost", text=reason))
        return [Hint(job.id, job.queue)] if state == State.QUEUED else []

    @staticmethod
    def _state_after_loss(job: Job) -> State:
        if job.cancel_requested_at is not None:
            return State.CANCELLED
        return State.FAILED if job.attempt >= job.max_attempts else State.QUEUED

    def _requeue(self, session: Session, job: Job) -> bool:
        now = self.policy.clock()
        # Publishing a queued job again is no change that clients see; its age remains the time that it waits.
        updated_at = job.updated_at if job.state == State.QUEUED else now
        return self._update_if_unchanged(
            session, job, state=State.QUEUED, due_at=now + self.policy.grace, updated_at=updated_at
        )

    def _update_if_unchanged(self, session: Session, job: Job, **values: object) -> bool:
        # The row may have changed since it was read, so what was read is the condition of the write.
        changed = session.execute(
            update(Job)
            .where(Job.id == job.id, Job.state == job.state, Job.attempt == job.attempt, Job.due_at == job.due_at)
            .where(Job.cancel_requested_at.is_not_distinct_from(job.cancel_requested_at))
            .values({"updated_at": self.policy.clock()} | values)
            .returning(Job.id),
            execution_options=UNSYNCHRONISED,
        )
        return changed.first() is not None


def _due(*conditions: ColumnElement[bool]) -> Select[Job]:
    return select(Job).where(*conditions).order_by(Job.due_at).limit(BATCH).with_for_update(skip_locked=True)


def _release(worker: str, now: datetime) -> ReturningUpdate[UUID, int]:
    is_cancelled = Job.cancel_requested_at.is_not(None)
    return (
        update(Job)
        .where(Job.state == State.RUNNING, Job.worker.startswith(worker, autoescape=True))
        .values(
            state=case((is_cancelled, State.CANCELLED), else_=State.WAITING),
            finished_at=case((is_cancelled, now), else_=None),
            max_attempts=Job.max_attempts + 1,
            due_at=now,
            updated_at=now,
        )
        .returning(Job.id, Job.attempt)
    )


def queue_length(session: Session, queue: str) -> int:
    """The number of queued jobs of a queue."""
    queued = select(func.count()).select_from(Job).where(Job.state == State.QUEUED, Job.queue == queue)
    return session.scalar(queued) or 0


def running_on(session: Session, worker: str) -> Sequence[Job]:
    """The jobs that a worker's processes run, given the prefix of their names."""
    is_its = Job.worker.startswith(worker, autoescape=True)
    return session.scalars(select(Job).where(Job.state == State.RUNNING, is_its).order_by(Job.started_at)).all()
