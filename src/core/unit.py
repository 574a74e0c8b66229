"""One unit of work: what a request or a job changes, and the jobs that it wants, in one commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from core.config import Settings
from core.database import Database
from core.jobs.ledger import Ledger
from core.logging import current_request_id
from core.messages import Message
from core.storage import Storage

Publish = Callable[[UUID, str], object]


@dataclass(frozen=True)
class Unit:
    """What a service is opened on: the session, the storage, the settings, and the way to ask a worker."""

    session: Session
    storage: Storage
    settings: Settings
    ledger: Ledger
    publish: Publish
    _outbox: list[tuple[UUID, str]] = field(default_factory=list)

    def enqueue(self, message: Message) -> UUID:
        """Write a job beside the change that wants it; the workers hear of it after the commit."""
        job_id = self.ledger.enqueue(self.session, message, current_request_id())
        self._outbox.append((job_id, message.queue))
        return job_id

    def commit(self) -> None:
        """Make what was done so far last, then tell the workers."""
        self.session.commit()
        while self._outbox:
            self.publish(*self._outbox.pop(0))


@dataclass(frozen=True)
class Units:
    """Opens units of work on the live connections."""

    database: Database
    storage: Storage
    settings: Settings
    ledger: Ledger
    publish: Publish

    @contextmanager
    def open(self, *, read_only: bool = False) -> Iterator[Unit]:
        """A unit that commits at the end of the block and leaves nothing behind when the block raises."""
        with self.database.transaction(read_only=read_only) as session:
            unit = Unit(session, self.storage, self.settings, self.ledger, self.publish)
            yield unit
            unit.commit()
