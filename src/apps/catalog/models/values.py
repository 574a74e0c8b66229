"""What a product may be: the rules that HTTP and files share."""

import re
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from core.database import Document

SKU_LENGTH = 100
NAME_LENGTH = 500
PRICE_DIGITS, PRICE_PLACES = 14, 4
CURRENCY_LENGTH = 3
MAX_STOCK = 2**31 - 1
Storable = TypeVar("Storable", bound=str | bool | int | float | None)
CONTROL = re.compile(r"[\x00-\x1f\x7f]")

ProductField = Literal["sku", "name", "price", "currency", "stock"]
REQUIRED: tuple[ProductField, ...] = ("sku", "name", "price")
OPTIONAL: tuple[ProductField, ...] = ("currency", "stock")


def _one_line(text: str) -> str:
    if CONTROL.search(text):
        raise PydanticCustomError("control_character", "must be one line, without control characters")
    return text


def _storable(value: Storable) -> Storable:
    if isinstance(value, str) and "\0" in value:
        raise PydanticCustomError("nul_character", "must not contain NUL characters")
    if isinstance(value, float) and not isfinite(value):
        raise PydanticCustomError("finite_number", "must be a finite number")
    return value


Text = Annotated[str, AfterValidator(_storable)]
Sku = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=SKU_LENGTH), AfterValidator(_one_line)
]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LENGTH), AfterValidator(_one_line)
]
Price = Annotated[Decimal, Field(ge=0, max_digits=PRICE_DIGITS, decimal_places=PRICE_PLACES)]
Currency = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{3}$"), Field(examples=["EUR"])
]
Stock = Annotated[int, Field(ge=0, le=MAX_STOCK)]
Attributes = dict[Text, Annotated[str | bool | int | float | None, AfterValidator(_storable)]]


class ProductDraft(BaseModel):
    """A product as somebody wants it; without a currency it gets the one of the settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sku: Sku
    name: Name
    price: Price
    currency: Currency | None = None
    stock: Stock = 0
    attributes: Attributes = {}


class ProductChanges(BaseModel):
    """What shall be otherwise about a product; what is not named stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sku: Sku | None = None
    name: Name | None = None
    price: Price | None = None
    currency: Currency | None = None
    stock: Stock | None = None
    attributes: Attributes | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What a product holds, without what the database adds."""

    sku: str
    name: str
    price: Decimal
    currency: str
    stock: int
    attributes: Document


class Counts(BaseModel):
    """What became of the rows of a file: each is counted once."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    @property
    def rows(self) -> int:
        """How many rows that are."""
        return self.created + self.updated + self.unchanged + self.rejected

    def plus(self, more: Self) -> Self:
        """These and those."""
        return self.model_copy(update={name: value + getattr(more, name) for name, value in self})

    def __str__(self) -> str:
        return ", ".join(f"{value} {name}" for name, value in self)
