"""The answers to requests with an Idempotency-Key, kept in a table of their own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from core.database.types import DOCUMENT, UtcDateTime

revision = "0004_idempotency_keys"
down_revision = "e5e20ce5c2e0"
branch_labels = None
depends_on = None

# The default of IDEMPOTENCY_RETENTION_HOURS.
RETENTION = timedelta(hours=24)

JOBS = sa.table(
    "core_jobs",
    sa.column("id", sa.Uuid()),
    sa.column("idempotency_key", sa.String()),
    sa.column("request_hash", sa.String()),
    sa.column("created_at", UtcDateTime()),
)


def upgrade() -> None:
    """Apply."""
    keys = op.create_table(
        "core_idempotency_keys",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", DOCUMENT, nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_core_idempotency_keys")),
    )
    op.create_index("ix_core_idempotency_keys_created_at", "core_idempotency_keys", ["created_at"])
    op.bulk_insert(keys, list(_answers_of_jobs()))


def _answers_of_jobs() -> Iterator[dict[str, object]]:
    # The first answers were not kept, so a repeated request gets the job's URL: enough to make no second job.
    recent = JOBS.c.created_at > datetime.now(UTC) - RETENTION
    columns = JOBS.c.id, JOBS.c.idempotency_key, JOBS.c.request_hash, JOBS.c.created_at
    for job_id, key, request_hash, created_at in op.get_bind().execute(
        sa.select(*columns).where(recent, JOBS.c.idempotency_key.is_not(None))
    ):
        yield {
            "key": key,
            "request_hash": request_hash,
            "status": 202,
            "headers": {"Location": [f"/jobs/{job_id}"], "Content-Type": ["application/json"]},
            "body": f'{{"id":"{job_id}"}}'.encode(),
            "created_at": created_at,
        }


def downgrade() -> None:
    """Take back."""
    op.drop_table("core_idempotency_keys")
