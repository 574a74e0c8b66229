"""Products and imports."""

import sqlalchemy as sa
from alembic import op

from core.database import DOCUMENT, ExactDecimal

revision = "615857d69b9d"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "catalog_products",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("price", ExactDecimal(14, 4), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("attributes", DOCUMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_products")),
        sa.UniqueConstraint("sku", name=op.f("uq_catalog_products_sku")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_catalog_products_name_id", "catalog_products", ["name", "id"])
    op.create_index("ix_catalog_products_price_id", "catalog_products", ["price", "id"])
    op.create_index("ix_catalog_products_updated_at_id", "catalog_products", ["updated_at", "id"])
    op.create_table(
        "catalog_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_imports")),
    )
    op.create_index("ix_catalog_imports_created_at", "catalog_imports", ["created_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("catalog_imports")
    op.drop_table("catalog_products")
