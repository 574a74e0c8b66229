"""Repairing what was lost between the ledger, the broker and the workers; safe in any number."""

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

ASKED_TO_STOP = "handed back, because its worker was asked to stop"

LOST: Document = {
    "type": "about:blank",
    "title": "Worker lost",
    "status": 500,
    "detail": "The process that ran the job ended, as often as the job may be attempted",
}


@dataclass(frozen=True)
class Hint:
    """What the broker has to be told."""

    job_id: UUID
    queue: str


@dataclass(frozen=True)
class Reaper:
    """Looks at live rows whose moment has come; each method in the caller's transaction."""

    policy: Policy

    def is_needed(self, session: Session) -> bool:
        """Whether a live row's moment has come; asked without a write lock."""
        due = select(Job.id).where(Job.due_at <= self.policy.clock(), in_states(LIVE)).limit(1)
        return session.scalar(due) is not None

    def reap(self, session: Session, is_backlog: Callable[[str], bool]) -> list[Hint]:
        """Requeue what waited long enough or lost its worker; returns the hints to publish after the commit.

        A queued job whose queue is simply long (`is_backlog`) is only put off: its hint is still in the broker.
        """
        now = self.policy.clock()
        due = session.scalars(_due(Job.due_at <= now, in_states(LIVE))).all()
        hints = []
        for job in due:
            if job.state == State.RUNNING:
                hints += self._requeue_or_fail(session, job, "the lease ran out")
            elif self._requeue(session, job) and not (job.state == State.QUEUED and is_backlog(job.queue)):
                hints.append(Hint(job.id, job.queue))
        return hints

    def requeue_lost(self, session: Session, is_gone: Callable[[str], bool]) -> list[Hint]:
        """Requeue, without waiting for their leases, the running jobs whose worker is known to be gone."""
        running = session.scalars(select(Job).where(Job.state == State.RUNNING)).all()
        lost = [job for job in running if job.worker is not None and is_gone(job.worker)]
        return [hint for job in lost for hint in self._requeue_or_fail(session, job, "the worker's process ended")]

    def release_on_shutdown(self, session: Session, worker: str) -> int:
        """`running` → `waiting`, due now, for what a worker's processes run, by the beginning of their names.

        Its worker was asked to stop, which is no fault of a job: the attempt stays the fence, and is given back in what
        may be attempted. A job whose end a client wants ends here. Returns how many jobs were handed back.
        """
        now = self.policy.clock()
        changed = session.execute(_to_others(worker, now), execution_options=UNSYNCHRONISED).all()
        session.add_all(
            JobEvent(job_id=job_id, at=now, attempt=attempt, kind="handed back", text=ASKED_TO_STOP)
            for job_id, attempt in changed
        )
        return len(changed)

    def forget_hints(self, session: Session) -> None:
        """The broker lost its data: every queued job is due at once."""
        session.execute(
            update(Job).where(Job.state == State.QUEUED).values(due_at=self.policy.clock()),
            execution_options=UNSYNCHRONISED,
        )

    def purge(self, session: Session) -> int:
        """Delete a batch of jobs older than the retention, expired idempotency keys and silent workers.

        Returns the number of deleted jobs.
        """
        now = self.policy.clock()
        old = now - self.policy.retention
        ended = Job.state.in_(FINISHED), Job.updated_at < old
        batch = select(Job.id).where(*ended).order_by(Job.updated_at).limit(BATCH)
        # Said of the row again: where the delete waited for a retry, the row that was looked up is another one by now.
        gone = session.execute(
            delete(Job).where(Job.id.in_(batch), *ended).returning(Job.id), execution_options=UNSYNCHRONISED
        )
        expired = IdempotencyKey.created_at < now - self.policy.idempotency_retention
        session.execute(delete(IdempotencyKey).where(expired))
        session.execute(delete(Worker).where(Worker.seen_at < now - SILENT))
        return len(gone.all())

    def _requeue_or_fail(self, session: Session, job: Job, reason: str) -> list[Hint]:
        now = self.policy.clock()
        end = self._end_of_lost(job)
        values = {"due_at": now + self.policy.grace} if end == State.QUEUED else {"finished_at": now}
        if not self._update_if_unchanged(
            session, job, state=end, problem=LOST if end == State.FAILED else job.problem, **values
        ):
            return []
        session.add(JobEvent(job_id=job.id, at=now, attempt=job.attempt, kind="lost", text=reason))
        return [Hint(job.id, job.queue)] if end == State.QUEUED else []

    @staticmethod
    def _end_of_lost(job: Job) -> State:
        if job.cancel_requested_at is not None:
            return State.CANCELLED
        return State.FAILED if job.attempt >= job.max_attempts else State.QUEUED

    def _requeue(self, session: Session, job: Job) -> bool:
        now = self.policy.clock()
        # Who was queued already is told again, or put off: nothing that anybody sees, and its age is its wait.
        since = job.updated_at if job.state == State.QUEUED else now
        return self._update_if_unchanged(
            session, job, state=State.QUEUED, due_at=now + self.policy.grace, updated_at=since
        )

    def _update_if_unchanged(self, session: Session, job: Job, **values: object) -> bool:
        # The row was read a moment ago: the state and attempt that were seen are the condition of the write.
        changed = session.execute(
            update(Job)
            .where(Job.id == job.id, Job.state == job.state, Job.attempt == job.attempt, Job.due_at == job.due_at)
            .where(Job.cancel_requested_at.is_not_distinct_from(job.cancel_requested_at))
            .values({"updated_at": self.policy.clock()} | values)
            .returning(Job.id),
            execution_options=UNSYNCHRONISED,
        )
        return changed.first() is not None


def _due(*rules: ColumnElement[bool]) -> Select[Job]:
    return select(Job).where(*rules).order_by(Job.due_at).limit(BATCH).with_for_update(skip_locked=True)


def _to_others(worker: str, now: datetime) -> ReturningUpdate[UUID, int]:
    is_unwanted = Job.cancel_requested_at.is_not(None)
    return (
        update(Job)
        .where(Job.state == State.RUNNING, Job.worker.startswith(worker, autoescape=True))
        .values(
            state=case((is_unwanted, State.CANCELLED), else_=State.WAITING),
            finished_at=case((is_unwanted, now), else_=None),
            max_attempts=Job.max_attempts + 1,
            due_at=now,
            updated_at=now,
        )
        .returning(Job.id, Job.attempt)
    )


def queue_length(session: Session, queue: str) -> int:
    """How many jobs of a queue wait for a worker."""
    waiting = select(func.count()).select_from(Job).where(Job.state == State.QUEUED, Job.queue == queue)
    return session.scalar(waiting) or 0


def running_on(session: Session, worker: str) -> Sequence[Job]:
    """The jobs that a worker's processes run, by the beginning of the processes' names."""
    mine = Job.worker.startswith(worker, autoescape=True)
    return session.scalars(select(Job).where(Job.state == State.RUNNING, mine).order_by(Job.started_at)).all()
