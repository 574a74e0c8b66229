"""Notes."""

import sqlalchemy as sa
from alembic import op

revision = "toy0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "toy_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_toy_notes")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("toy_notes")
