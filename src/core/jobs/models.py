"""The ledger's tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from core.database import DOCUMENT, Document, UtcDateTime, new_metadata
from core.jobs.states import LIVE, State

IS_LIVE = text("state IN (" + ", ".join(f"'{state}'" for state in LIVE) + ")")


class Base(DeclarativeBase):
    """Core's tables; their names begin with `core_`."""

    metadata = new_metadata()


class Job(Base):
    """One accepted request to handle a message, with its state; the design of its columns is in ARCHITECTURE.md."""

    __tablename__ = "core_jobs"
    __table_args__ = (
        Index("ix_core_jobs_due_at_live", "due_at", sqlite_where=IS_LIVE, postgresql_where=IS_LIVE),
        Index("ix_core_jobs_created_at_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    payload: Mapped[Document] = mapped_column(DOCUMENT)
    queue: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10))
    attempt: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    worker: Mapped[str | None] = mapped_column(String(200))
    progress: Mapped[Document | None] = mapped_column(DOCUMENT)
    result: Mapped[Document | None] = mapped_column(DOCUMENT)
    problem: Mapped[Document | None] = mapped_column(DOCUMENT)
    request_id: Mapped[str | None] = mapped_column(String(128))
    cancel_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def state_now(self) -> State:
        """The state, as the type that knows which states there are."""
        return State(self.state)


class Schedule(Base):
    """A repeating message's next tick; the row is what makes any number of beats give one job per tick."""

    __tablename__ = "core_schedules"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
