"""One unit of work: the changes of a request or a job and the jobs that they enqueue, in one commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.config import Settings
from core.database.engine import Database
from core.errors import NotFound
from core.jobs.enqueue import Enqueuer, Origin
from core.jobs.messages import Message
from core.jobs.models import Job, in_states
from core.jobs.policy import Policy
from core.jobs.reaper import Hint
from core.jobs.states import LIVE
from core.jobs.views import JobView
from core.observability.logging import current_request_id
from core.storage import Storage

Publish = Callable[[Hint], bool]


@dataclass(frozen=True)
class UnitOfWork:
    """What a service is opened on: the session, the storage, the settings, and `enqueue` for messages to workers."""

    session: Session
    storage: Storage
    settings: Settings
    _enqueuer: Enqueuer
    _publish: Publish
    _origin: Origin
    _hints: list[Hint] = field(default_factory=list)

    @property
    def policy(self) -> Policy:
        """The ledger's clock, times and limits."""
        return self._enqueuer.policy

    def enqueue(self, message: Message, *, unique_key: str | None = None) -> UUID:
        """Write a job in this unit's transaction; a hint is published after the commit.

        Raises Conflict if another live job has the same unique key.
        """
        job_id = self._enqueuer.enqueue(self.session, message, self._origin, unique_key)
        self.hint(Hint(job_id, message.queue))
        return job_id

    def job(self, job_id: UUID) -> JobView:
        """The job with this id, as clients see it; raises NotFound."""
        job = self.session.get(Job, job_id)
        if job is None:
            raise NotFound(f"There is no job {job_id}")
        return JobView.model_validate(job)

    def live(self, kind: type[Message]) -> list[JobView]:
        """The unfinished jobs for messages of this kind."""
        jobs = self.session.scalars(select(Job).where(Job.name == kind.wire_name, in_states(LIVE)))
        return [JobView.model_validate(job) for job in jobs]

    def hint(self, *hints: Hint) -> None:
        """Publish these hints after the commit."""
        self._hints.extend(hints)

    def commit(self) -> None:
        """Commit the changes so far, then publish the hints; if the broker is unavailable, the reaper does it later."""
        self.session.commit()
        hints = list(self._hints)
        self._hints.clear()
        for hint in hints:
            if not self._publish(hint):
                break


@dataclass(frozen=True)
class UnitOfWorkFactory:
    """Opens units of work on the process's connections."""

    database: Database
    storage: Storage
    settings: Settings
    enqueuer: Enqueuer
    publish: Publish

    @property
    def policy(self) -> Policy:
        """The ledger's clock, times and limits."""
        return self.enqueuer.policy

    @contextmanager
    def open(self, *, read_only: bool = False, origin: Origin | None = None) -> Iterator[UnitOfWork]:
        """A unit that commits at the end of the block, or rolls back if the block raises."""
        caller = origin or Origin(current_request_id())
        with self.database.transaction(read_only=read_only) as session:
            unit = UnitOfWork(session, self.storage, self.settings, self.enqueuer, self.publish, caller)
            yield unit
            unit.commit()
