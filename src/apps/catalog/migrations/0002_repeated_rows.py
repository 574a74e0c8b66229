"""Rows that are skipped, and skus that repeat within one file."""

import sqlalchemy as sa
from alembic import op

revision = "4d17a4d11a47"
down_revision = "615857d69b9d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for name in ("skipped", "repeated"):
        op.add_column("catalog_imports", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "catalog_imported_skus",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.String(length=100), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "sku", name=op.f("pk_catalog_imported_skus")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("catalog_imported_skus")
    for name in ("repeated", "skipped"):
        op.drop_column("catalog_imports", name)
