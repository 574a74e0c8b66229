"""The number of attempts that a job's message allows, beside the job's last attempt."""

import sqlalchemy as sa
from alembic import op

revision = "e5e20ce5c2e0"
down_revision = "a4aa9c4a7a44"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("core_jobs", sa.Column("own_attempts", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Revert."""
    op.drop_column("core_jobs", "own_attempts")
