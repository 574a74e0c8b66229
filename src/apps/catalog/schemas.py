"""How the catalogue looks over HTTP."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, Json, JsonValue, PlainSerializer

from apps.catalog.models.tables import Product
from apps.catalog.models.values import Counts, ProductField
from core.database import Page

FEWEST_PLACES = Decimal("0.01")


def shown_price(price: Decimal) -> str:
    """The price with two places, or with as many as it needs."""
    return str(max(price.normalize(), price.quantize(FEWEST_PLACES), key=_places))


class ProductView(BaseModel):
    """A product; `version` is its ETag."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    sku: str
    name: str
    price: Annotated[Decimal, PlainSerializer(shown_price)]
    currency: str
    stock: int
    attributes: dict[str, JsonValue]
    version: int
    created_at: datetime
    updated_at: datetime


class ProductPage(BaseModel):
    """Some products, and the cursor of the page after them."""

    items: list[ProductView]
    next: str | None

    @classmethod
    def of(cls, page: Page[Product]) -> Self:
        """The page as it is given out."""
        return cls(items=[ProductView.model_validate(product) for product in page.rows], next=page.next)


class ImportForm(BaseModel):
    """What goes with an uploaded file."""

    model_config = ConfigDict(extra="forbid")

    columns: Json[dict[ProductField, str]] = Field(
        default_factory=dict,
        description='JSON: our field and their header, such as {"sku": "Variant SKU"}',
    )
    dry_run: bool = Field(default=False, description="check and count, and change no product")


class ImportReport(Counts):
    """What an import did, and where its rejected rows are listed."""

    dry_run: bool
    rejections: str

    @classmethod
    def of(cls, counts: Counts, import_id: UUID, *, dry_run: bool) -> Self:
        """The report of the import with this id."""
        return cls(**counts.model_dump(), dry_run=dry_run, rejections=f"/catalog/imports/{import_id}/rejections")


def _places(price: Decimal) -> int:
    exponent = price.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
