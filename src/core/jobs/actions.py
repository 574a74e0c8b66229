"""What a client may ask of a job that exists: its end, or another try."""

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
        """End a job that does not run yet, ask one that runs; raises NotFound, or Conflict where it has ended."""
        now = self.policy.clock()
        not_running = Job.id == job_id, Job.state.in_((State.QUEUED, State.WAITING))
        if self._change(session, not_running, state=State.CANCELLED, finished_at=now):
            return
        running = Job.id == job_id, Job.state == State.RUNNING
        if not self._change(session, running, cancel_requested_at=now):
            raise _refusal(session, job_id, "cancelled")
        session.add(JobEvent(job_id=job_id, at=now, attempt=0, kind="cancel", text="a client asked for the job's end"))

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

    def retry_all(self, session: Session, rules: Sequence[ColumnElement[bool]]) -> list[tuple[UUID, str]]:
        """Retry up to 500 failed or cancelled jobs that fit the rules.

        Of jobs with the same unique key only the newest is taken, and none where a live job has the key. Raises
        Conflict where such a job arrives at the same moment.
        """
        fitting = _one_for_each_key(rules).limit(BULK)
        try:
            with session.begin_nested():
                return self._requeue(session, (Job.id.in_(fitting), Job.state.in_(RETRYABLE)))
        except IntegrityError as error:
            raise Conflict("A job with the unique key of one of these has just been accepted; try again") from error

    def _requeue(self, session: Session, rules: Sequence[ColumnElement[bool]]) -> list[tuple[UUID, str]]:
        # The attempt goes on counting: it fences, and a worker of an earlier try may still wake up.
        own = func.coalesce(Job.own_attempts, Job.max_attempts)  # jobs of an older release only have the latter
        changed = session.execute(
            update(Job)
            .where(*rules)
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

    def _change(self, session: Session, rules: Sequence[ColumnElement[bool]], **values: object) -> bool:
        changed = session.execute(
            update(Job).where(*rules).values(updated_at=self.policy.clock(), **values).returning(Job.id),
            execution_options=UNSYNCHRONISED,
        )
        return changed.first() is not None


def _one_for_each_key(rules: Sequence[ColumnElement[bool]]) -> Select[UUID]:
    holder = aliased(Job)
    is_taken = exists().where(holder.unique_key == Job.unique_key, in_states(LIVE, holder))
    key = func.coalesce(Job.unique_key, cast(Job.id, String))
    place = func.row_number().over(partition_by=key, order_by=(Job.created_at.desc(), Job.id))
    fitting = select(Job.id, place.label("place")).where(*rules, in_states(RETRYABLE), ~is_taken).subquery()
    return select(fitting.c.id).where(fitting.c.place == 1)


def _refusal(session: Session, job_id: UUID, action: str) -> Exception:
    state = session.scalar(select(Job.state).where(Job.id == job_id))
    if state is None:
        return NotFound(f"There is no job {job_id}")
    return Conflict(f"The job is {state} and cannot be {action}", link=f"/jobs/{job_id}")
