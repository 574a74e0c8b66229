"""The ledger: jobs, their events, schedules, workers, brokers."""

import sqlalchemy as sa
from alembic import op

from core.database.types import DOCUMENT

revision = "fcc4b449f3cc"
down_revision = None
branch_labels = None
depends_on = None

IS_LIVE = sa.text("state IN ('queued', 'running', 'waiting')")
IS_RETRYABLE = sa.text("state IN ('failed', 'cancelled')")
IS_RUNNING = sa.text("state = 'running'")
HAS_KEY = sa.text("idempotency_key IS NOT NULL")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "core_brokers",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("epoch", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_core_brokers")),
    )
    op.create_table(
        "core_jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("payload", DOCUMENT, nullable=False),
        sa.Column("queue", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker", sa.String(length=200), nullable=True),
        sa.Column("progress", DOCUMENT, nullable=True),
        sa.Column("result", DOCUMENT, nullable=True),
        sa.Column("problem", DOCUMENT, nullable=True),
        sa.Column("idempotency_key", sa.String(length=255), nullable=True),
        sa.Column("request_hash", sa.String(length=64), nullable=True),
        sa.Column("unique_key", sa.String(length=255), nullable=True),
        sa.Column("request_id", sa.String(length=128), nullable=True),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_jobs")),
    )
    op.create_index("ix_core_jobs_created_at_id", "core_jobs", ["created_at", "id"])
    op.create_index(
        "ix_core_jobs_due_at_live",
        "core_jobs",
        ["due_at"],
        sqlite_where=IS_LIVE,
        postgresql_where=IS_LIVE,
    )
    op.create_index(
        "ix_core_jobs_state_retryable",
        "core_jobs",
        ["state", "created_at", "id"],
        sqlite_where=IS_RETRYABLE,
        postgresql_where=IS_RETRYABLE,
    )
    op.create_index("ix_core_jobs_updated_at_id", "core_jobs", ["updated_at", "id"])
    op.create_index(
        "uq_core_jobs_idempotency_key",
        "core_jobs",
        ["idempotency_key"],
        unique=True,
        sqlite_where=HAS_KEY,
        postgresql_where=HAS_KEY,
    )
    op.create_index(
        "uq_core_jobs_unique_key_live",
        "core_jobs",
        ["unique_key"],
        unique=True,
        sqlite_where=IS_LIVE,
        postgresql_where=IS_LIVE,
    )

    op.create_index(
        "ix_core_jobs_worker_running",
        "core_jobs",
        ["worker"],
        sqlite_where=IS_RUNNING,
        postgresql_where=IS_RUNNING,
    )
    op.create_table(
        "core_schedules",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_job_id", sa.Uuid(), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_core_schedules")),
    )
    op.create_table(
        "core_workers",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("queues", sa.String(length=1000), nullable=False),
        sa.Column("concurrency", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_core_workers")),
    )
    op.create_table(
        "core_job_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["core_jobs.id"], name=op.f("fk_core_job_events_job_id_core_jobs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_job_events")),
    )
    op.create_index("ix_core_job_events_job_id", "core_job_events", ["job_id"])


def downgrade() -> None:
    """Revert."""
    for table in ("core_job_events", "core_workers", "core_schedules", "core_jobs", "core_brokers"):
        op.drop_table(table)
