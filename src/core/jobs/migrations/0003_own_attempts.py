"""How often a job's message may be attempted, beside the attempt at which the job gives up."""

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
    """Take back."""
    op.drop_column("core_jobs", "own_attempts")
