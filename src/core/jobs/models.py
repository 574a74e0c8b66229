"""The ledger's tables."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, bindparam, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from core.database.branch import Branch, new_metadata
from core.database.types import BIG_ID, DOCUMENT, Document, UtcDateTime
from core.jobs.states import LIVE, RETRYABLE, State

IS_LIVE = text("state IN (" + ", ".join(f"'{state}'" for state in LIVE) + ")")
IS_RETRYABLE = text("state IN (" + ", ".join(f"'{state}'" for state in RETRYABLE) + ")")
IS_RUNNING = text(f"state = '{State.RUNNING}'")
# The releases before 0.2 keep idempotency keys in core_jobs, and may run beside this one during an upgrade.
HAS_KEY = text("idempotency_key IS NOT NULL")


class Base(DeclarativeBase):
    """Core's tables; their names begin with `core_`."""

    metadata = new_metadata()


class Job(Base):
    """One accepted request to handle a message, with its state.

    `attempt` is the fencing number: it grows with each claim, and every write of a worker names it. At `due_at` the
    reaper acts on a live row, so that none is forgotten. `max_attempts` is the last attempt of the job and grows with
    each retry by a client; `own_attempts` is what the job's message allows.
    """

    __tablename__ = "core_jobs"
    __table_args__ = (
        Index("ix_core_jobs_due_at_live", "due_at", sqlite_where=IS_LIVE, postgresql_where=IS_LIVE),
        Index("ix_core_jobs_worker_running", "worker", sqlite_where=IS_RUNNING, postgresql_where=IS_RUNNING),
        Index("ix_core_jobs_created_at_id", "created_at", "id"),
        Index(
            "ix_core_jobs_state_retryable",
            "state",
            "created_at",
            "id",
            sqlite_where=IS_RETRYABLE,
            postgresql_where=IS_RETRYABLE,
        ),
        Index("ix_core_jobs_updated_at_id", "updated_at", "id"),
        Index(
            "uq_core_jobs_unique_key_live", "unique_key", unique=True, sqlite_where=IS_LIVE, postgresql_where=IS_LIVE
        ),
        Index(
            "uq_core_jobs_idempotency_key",
            "idempotency_key",
            unique=True,
            sqlite_where=HAS_KEY,
            postgresql_where=HAS_KEY,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    payload: Mapped[Document] = mapped_column(DOCUMENT)
    queue: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10))
    attempt: Mapped[int]
    max_attempts: Mapped[int]
    own_attempts: Mapped[int | None]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    worker: Mapped[str | None] = mapped_column(String(200))
    progress: Mapped[Document | None] = mapped_column(DOCUMENT)
    result: Mapped[Document | None] = mapped_column(DOCUMENT)
    problem: Mapped[Document | None] = mapped_column(DOCUMENT)
    idempotency_key: Mapped[str | None] = mapped_column(String(255))
    request_hash: Mapped[str | None] = mapped_column(String(64))
    unique_key: Mapped[str | None] = mapped_column(String(255))
    request_id: Mapped[str | None] = mapped_column(String(128))
    trace_context: Mapped[str | None] = mapped_column(String(55))
    cancel_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


def in_states(states: Sequence[State], of: type[Job] = Job) -> ColumnElement[bool]:
    """The jobs in these states, as literals: SQLite uses a partial index only if the condition repeats its text."""
    return of.state.in_(bindparam("states", states, unique=True, expanding=True, literal_execute=True))


class IdempotencyKey(Base):
    """A request that was sent with an Idempotency-Key, and its answer; `status` is None until it is answered."""

    __tablename__ = "core_idempotency_keys"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    headers: Mapped[Document | None] = mapped_column(DOCUMENT)
    body: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class JobEvent(Base):
    """An entry in a job's history: the end of an attempt, a client's action, a line that its handler logged."""

    __tablename__ = "core_job_events"

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, autoincrement=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("core_jobs.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempt: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)


class Schedule(Base):
    """The next tick of a schedule; any number of beats make one job per tick, because one of them changes the row."""

    __tablename__ = "core_schedules"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    rule: Mapped[str] = mapped_column(String(200))
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_job_id: Mapped[UUID | None]
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Worker(Base):
    """A worker's main process, which reported last at `seen_at`."""

    __tablename__ = "core_workers"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    queues: Mapped[str] = mapped_column(String(1000))
    concurrency: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Broker(Base):
    """The last known marker of the broker; another marker means that the broker lost its data."""

    __tablename__ = "core_brokers"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    epoch: Mapped[str] = mapped_column(String(64))


CORE_BRANCH = Branch("core", Base.metadata, Path(__file__).parent / "migrations")
