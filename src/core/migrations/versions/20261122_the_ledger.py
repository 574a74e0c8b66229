"""The ledger: jobs and schedules."""

import sqlalchemy as sa
from alembic import op

from core.database import DOCUMENT

revision = "ebc7d737c7fe"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
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
        sa.Column("request_id", sa.String(length=128), nullable=True),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_jobs")),
    )
    with op.batch_alter_table("core_jobs", schema=None) as batch_op:
        batch_op.create_index("ix_core_jobs_created_at_id", ["created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_core_jobs_due_at_live",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'running', 'waiting')"),
            postgresql_where=sa.text("state IN ('queued', 'running', 'waiting')"),
        )

    op.create_table(
        "core_schedules",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_core_schedules")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("core_schedules")
    with op.batch_alter_table("core_jobs", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_core_jobs_due_at_live",
            sqlite_where=sa.text("state IN ('queued', 'running', 'waiting')"),
            postgresql_where=sa.text("state IN ('queued', 'running', 'waiting')"),
        )
        batch_op.drop_index("ix_core_jobs_created_at_id")

    op.drop_table("core_jobs")
