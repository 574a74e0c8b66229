"""How the catalogue looks over HTTP."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, Json, JsonValue, PlainSerializer

from apps.catalog.models.imports import Header, Imported, Options
from apps.catalog.models.tables import Product
from apps.catalog.models.values import Counts, ProductField
from core.csv import CERTAIN, DecimalSign, Encoding
from core.database import Page

FEWEST_PLACES = Decimal("0.01")
ENCODING_LENGTH = 40


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

    columns: Json[dict[ProductField, Header]] = Field(
        default_factory=dict,
        description='JSON: our field and their header, such as {"sku": "Variant SKU"}',
    )
    inherit: Header | None = Field(
        None,
        min_length=1,
        description="a header, such as Handle: what a row leaves empty, but for the sku, comes from the row above it"
        " with the same value in this column",
    )
    decimal: DecimalSign | None = Field(
        None,
        description="the decimal sign of the file's numbers; without it the file's other numbers show what 1.299 means,"
        " and a number that stays ambiguous is rejected",
    )
    encoding: Annotated[str, Field(max_length=ENCODING_LENGTH)] | None = Field(
        None,
        description="the file's encoding, such as cp1252; without it the charset of the part's Content-Type, a byte"
        f" order mark, or the bytes say it; what contradicts the mark is refused, and a guess below {CERTAIN:.0%}",
    )
    dry_run: bool = Field(default=False, description="check and count, and change no product")

    @property
    def options(self) -> Options:
        """How the file is to be read."""
        return Options(self.columns, self.inherit, self.decimal, self.dry_run)


class ImportReport(Counts):
    """What an import did, how it understood the file, and where rejected and repeated rows are listed."""

    dry_run: bool
    encoding: Encoding
    decimal: DecimalSign | None
    rejections: str
    repetitions: str

    @classmethod
    def of(cls, imported: Imported, import_id: UUID, *, dry_run: bool) -> Self:
        """The report of the import with this id."""
        url = f"/catalog/imports/{import_id}"
        return cls(
            **imported.counts.model_dump(),
            dry_run=dry_run,
            encoding=imported.encoding,
            decimal=imported.decimal,
            rejections=f"{url}/rejections",
            repetitions=f"{url}/repetitions",
        )


def _places(price: Decimal) -> int:
    exponent = price.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
