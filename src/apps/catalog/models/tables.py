"""The catalogue's tables."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from apps.catalog.models.values import CURRENCY_LENGTH, NAME_LENGTH, PRICE_DIGITS, PRICE_PLACES, SKU_LENGTH
from core.database import BIG_ID, DOCUMENT, Document, ExactDecimal, UtcDateTime, new_metadata


class Base(DeclarativeBase):
    """The catalogue's tables; their names begin with `catalog_`."""

    metadata = new_metadata()


class Product(Base):
    """Something that can be sold; `version` grows with each change and is its ETag."""

    __tablename__ = "catalog_products"
    __table_args__ = (
        Index("ix_catalog_products_name_id", "name", "id"),
        Index("ix_catalog_products_price_id", "price", "id"),
        Index("ix_catalog_products_updated_at_id", "updated_at", "id"),
        # An id is not given twice, so that an old ETag never fits another product.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    sku: Mapped[str] = mapped_column(String(SKU_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    price: Mapped[Decimal] = mapped_column(ExactDecimal(PRICE_DIGITS, PRICE_PLACES))
    currency: Mapped[str] = mapped_column(String(CURRENCY_LENGTH))
    stock: Mapped[int]
    attributes: Mapped[Document] = mapped_column(DOCUMENT)
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Import(Base):
    """How far an import is, written with each of its batches; its id is its job's.

    Every row of the file is counted once, so their sum is the place where a next attempt goes on; `repeated` counts
    some of them again.
    """

    __tablename__ = "catalog_imports"
    __table_args__ = (Index("ix_catalog_imports_created_at", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    repeated: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImportedSku(Base):
    """A sku that an import has met, and the line where it stood first; there until the import ends."""

    __tablename__ = "catalog_imported_skus"

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(String(SKU_LENGTH), primary_key=True)
    line: Mapped[int] = mapped_column(BigInteger)
