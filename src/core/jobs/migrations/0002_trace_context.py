"""The trace that a job continues."""

import sqlalchemy as sa
from alembic import op

revision = "a4aa9c4a7a44"
down_revision = "fcc4b449f3cc"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("core_jobs", sa.Column("trace_context", sa.String(length=55), nullable=True))


def downgrade() -> None:
    """Revert."""
    op.drop_column("core_jobs", "trace_context")
