"""Enqueues jobs: in the transaction of the change that needs them, once per key, and below a limit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.database.types import Document, storable
from core.errors import Conflict, Invalid, Unavailable
from core.jobs.messages import Message
from core.jobs.models import Job, in_states
from core.jobs.policy import Policy
from core.jobs.statements import INSERT, insert_if_absent
from core.jobs.states import LIVE, State
from core.observability.tracing import current_traceparent

COUNT_VALID_FOR = timedelta(seconds=1)


@dataclass(frozen=True)
class Origin:
    """The request behind a job: its id for the logs, and whether a client sent it.

    The limit on unfinished jobs applies to clients only: a job that was accepted may enqueue others.
    """

    request_id: str | None = None
    is_of_client: bool = False


class Enqueuer:
    """Writes new jobs, each in the caller's transaction."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._counted_at: datetime | None = None
        self._room = 0

    def enqueue(self, session: Session, message: Message, origin: Origin, unique_key: str | None = None) -> UUID:
        """Write the job in the caller's transaction; returns its id.

        Raises Conflict if a live job has the unique key, Invalid if not every database can store the message, and
        Unavailable if a client reaches the limit on unfinished jobs.
        """
        if origin.is_of_client:
            self._require_room(session)
        job_id = uuid4()
        values = self._values(job_id, message, origin, unique_key)
        if not unique_key:
            session.connection().execute(INSERT, values)
        elif session.scalar(insert_if_absent(session, Job).values(values).returning(Job.id)) is None:
            raise _collision(session, unique_key)
        return job_id

    def _values(self, job_id: UUID, message: Message, origin: Origin, unique_key: str | None) -> dict[str, object]:
        now = self.policy.clock()
        return {
            "id": job_id,
            "name": message.wire_name,
            "payload": _payload(message),
            "queue": message.queue,
            "state": State.QUEUED,
            "attempt": 0,
            "max_attempts": message.max_attempts,
            "own_attempts": message.max_attempts,
            "due_at": now + self.policy.grace,
            "unique_key": unique_key,
            "request_id": origin.request_id,
            "trace_context": current_traceparent(),
            "created_at": now,
            "updated_at": now,
        }

    def _require_room(self, session: Session) -> None:
        now = self.policy.clock()
        # Counting scans the live rows, so one count serves the requests of a second, as many as there was room for.
        is_fresh = self._counted_at is not None and self._counted_at <= now < self._counted_at + COUNT_VALID_FOR
        if is_fresh and self._room > 0:
            self._room -= 1
            return
        live = select(Job.id).where(in_states(LIVE)).limit(self.policy.max_live + 1).subquery()
        counted: int = session.scalar(select(func.count()).select_from(live)) or 0
        if counted > self.policy.max_live:
            raise Unavailable(f"More than {self.policy.max_live} jobs are unfinished", retry_after=10)
        self._counted_at, self._room = now, self.policy.max_live - counted


def _payload(message: Message) -> Document:
    payload: Document = message.model_dump(mode="json")
    if storable(payload) != payload:
        raise Invalid("A message cannot contain zero bytes, halves of surrogate pairs, NaN or Infinity")
    return payload


def _collision(session: Session, unique_key: str) -> Exception:
    holder = select(Job.id).where(Job.unique_key == unique_key, in_states(LIVE))
    job_id = session.scalar(holder)
    if job_id is None:
        return Unavailable("A job with this key has just finished; try again", retry_after=1)
    return Conflict(f"A job with the key {unique_key} is not finished yet", link=f"/jobs/{job_id}")
