"""A client's actions on a job: cancel it, or retry it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from core.errors import Conflict, NotFound
from core.jobs.models import Job, JobEvent, in_states
from core.jobs.policy import Policy
from core.jobs.states import LIVE, RETRYABLE, State
from core.jobs.transitions import UNSYNCHRONISED

BULK = 500


@dataclass(frozen=True)
class JobActions:
    """A client's transitions of a job; each method in the caller's transaction."""

    policy: Policy

    def cancel(self, session: Session, job_id: UUID) -> None:
        """Cancel a job that does not run yet, or request that a running one stops.

        Raises NotFound, or Conflict if the job is finished.
        """
        now = self.policy.clock()
        not_running = Job.id == job_id, Job.state.in_((State.QUEUED, State.WAITING))
        if self._change(session, not_running, state=State.CANCELLED, finished_at=now):
            return
        running = Job.id == job_id, Job.state == State.RUNNING
        if not self._change(session, running, cancel_requested_at=now):
            raise _refusal(session, job_id, "cancelled")
        session.add(
            JobEvent(job_id=job_id, at=now, attempt=0, kind="cancel requested", text="a client cancelled the job")
        )

    def retry(self, session: Session, job_id: UUID) -> str:
        """`failed` or `cancelled` → `queued`; returns its queue. Raises NotFound or Conflict."""
        try:
            with session.begin_nested():
                retried = self._requeue(session, (Job.id == job_id, Job.state.in_(RETRYABLE)))
        except IntegrityError as error:
            raise Conflict("Another job with the same unique key is not finished yet") from error
        if not retried:
            raise _refusal(session, job_id, "retried")
        return retried[0][1]

    def retry_all(self, session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[tuple[UUID, str]]:
        """Retry up to 500 failed or cancelled jobs that meet the conditions; returns their ids and queues.

        Of the jobs with the same unique key only the newest is retried, and none if a live job has the key. Raises
        Conflict if such a job is enqueued at the same time.
        """
        newest = _newest_per_key(conditions).limit(BULK)
        try:
            with session.begin_nested():
                return self._requeue(session, (Job.id.in_(newest), Job.state.in_(RETRYABLE)))
        except IntegrityError as error:
            raise Conflict("A job with the unique key of one of these has just been enqueued; try again") from error

    def _requeue(self, session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[tuple[UUID, str]]:
        # The attempt goes on counting: it fences, and the worker of an earlier attempt may still write.
        own = func.coalesce(Job.own_attempts, Job.max_attempts)  # jobs of older releases have only the latter
        changed = session.execute(
            update(Job)
            .where(*conditions)
            .values(
                state=State.QUEUED,
                max_attempts=Job.attempt + own,
                own_attempts=own,
                due_at=self.policy.clock() + self.policy.grace,
                updated_at=self.policy.clock(),
                **dict.fromkeys(("progress", "problem", "worker", "finished_at", "cancel_requested_at")),
            )
            .returning(Job.id, Job.queue),
            execution_options=UNSYNCHRONISED,
        )
        return [(job_id, queue) for job_id, queue in changed]

    def _change(self, session: Session, conditions: Sequence[ColumnElement[bool]], **values: object) -> bool:
        changed = session.execute(
            update(Job).where(*conditions).values(updated_at=self.policy.clock(), **values).returning(Job.id),
            execution_options=UNSYNCHRONISED,
        )
        return changed.first() is not None


def _newest_per_key(conditions: Sequence[ColumnElement[bool]]) -> Select[UUID]:
    holder = aliased(Job)
    is_key_taken = exists().where(holder.unique_key == Job.unique_key, in_states(LIVE, holder))
    key = func.coalesce(Job.unique_key, cast(Job.id, String))
    age = func.row_number().over(partition_by=key, order_by=(Job.created_at.desc(), Job.id))
    jobs = select(Job.id, age.label("age")).where(*conditions, in_states(RETRYABLE), ~is_key_taken).subquery()
    return select(jobs.c.id).where(jobs.c.age == 1)


def _refusal(session: Session, job_id: UUID, action: str) -> Exception:
    state = session.scalar(select(Job.state).where(Job.id == job_id))
    if state is None:
        return NotFound(f"There is no job {job_id}")
    return Conflict(f"The job is {state} and cannot be {action}", link=f"/jobs/{job_id}")
