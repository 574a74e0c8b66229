"""One unit of work: what a request or a job changes, and the jobs that it wants, in one commit."""

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
    """What a service is opened on: the session, the storage, the settings, and the way to ask a worker."""

    session: Session
    storage: Storage
    settings: Settings
    enqueuer: Enqueuer
    publish: Publish
    origin: Origin
    _outbox: list[Hint] = field(default_factory=list)

    @property
    def policy(self) -> Policy:
        """The ledger's numbers."""
        return self.enqueuer.policy

    def enqueue(self, message: Message, *, unique_key: str | None = None) -> UUID:
        """Write a job beside the change that wants it; the workers hear of it after the commit.

        With a unique key, Conflict is raised while another live job has the same key.
        """
        job_id = self.enqueuer.enqueue(self.session, message, self.origin, unique_key)
        self.hint(Hint(job_id, message.queue))
        return job_id

    def job(self, job_id: UUID) -> JobView:
        """The job with this id, as a client sees it; raises NotFound."""
        job = self.session.get(Job, job_id)
        if job is None:
            raise NotFound(f"There is no job {job_id}")
        return JobView.model_validate(job)

    def live(self, kind: type[Message]) -> list[JobView]:
        """The jobs for messages of this kind that have not ended."""
        found = self.session.scalars(select(Job).where(Job.name == kind.wire_name, in_states(LIVE)))
        return [JobView.model_validate(job) for job in found]

    def hint(self, *hints: Hint) -> None:
        """Tell the workers of queued jobs after the commit."""
        self._outbox.extend(hints)

    def commit(self) -> None:
        """Make what was done so far last, then tell the workers; without the broker the reaper tells them later."""
        self.session.commit()
        hints = list(self._outbox)
        self._outbox.clear()
        for hint in hints:
            if not self.publish(hint):
                break


@dataclass(frozen=True)
class UnitOfWorkFactory:
    """Opens units of work on the live connections."""

    database: Database
    storage: Storage
    settings: Settings
    enqueuer: Enqueuer
    publish: Publish

    @property
    def policy(self) -> Policy:
        """The ledger's numbers."""
        return self.enqueuer.policy

    @contextmanager
    def open(self, *, read_only: bool = False, origin: Origin | None = None) -> Iterator[UnitOfWork]:
        """A unit that commits at the end of the block and leaves nothing behind when the block raises."""
        with self.database.transaction(read_only=read_only) as session:
            told = origin or Origin(current_request_id())
            unit = UnitOfWork(session, self.storage, self.settings, self.enqueuer, self.publish, told)
            yield unit
            unit.commit()
