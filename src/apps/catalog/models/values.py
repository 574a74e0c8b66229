"""What a product may be: the rules that HTTP and files share."""

import re
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from core.database import Document

SKU_LENGTH = 100
NAME_LENGTH = 500
PRICE_DIGITS, PRICE_PLACES = 14, 4
CURRENCY_LENGTH = 3
MAX_STOCK = 2**31 - 1
# From here on a JSON number is written with an exponent, and PostgreSQL would give it back with all of its digits.
FLOAT_LIMIT = 1e16
AttributeValue = str | bool | int | float | None
CONTROL = re.compile(r"[\x00-\x1f\x7f]")

ProductField = Literal["sku", "name", "price", "currency", "stock"]
REQUIRED: tuple[ProductField, ...] = ("sku", "name", "price")
OPTIONAL: tuple[ProductField, ...] = ("currency", "stock")


def _one_line(text: str) -> str:
    if CONTROL.search(text):
        raise PydanticCustomError("control_character", "must be one line, without control characters")
    return text


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("nul_character", "must not contain NUL characters")
    return text


def _same_everywhere(number: float) -> float:
    if not isfinite(number):
        raise PydanticCustomError("finite_number", "must be a finite number")
    if abs(number) >= FLOAT_LIMIT:
        raise PydanticCustomError("large_number", "must be between -1e16 and 1e16; a larger one can be sent as a text")
    # Zero below zero is known to one database only.
    return number or 0.0


def _storable(value: AttributeValue) -> AttributeValue:
    if isinstance(value, str):
        return _without_nul(value)
    return _same_everywhere(value) if isinstance(value, float) else value


Text = Annotated[str, AfterValidator(_without_nul)]
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
Attributes = dict[Text, Annotated[AttributeValue, AfterValidator(_storable)]]


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
    """What shall be otherwise about a product; what is not named stays.

    The factories make a field one that may be left out and not one that may be null; what they make is never read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sku: Sku = Field(default_factory=str)
    name: Name = Field(default_factory=str)
    price: Price = Field(default_factory=Decimal)
    currency: Currency = Field(default_factory=str)
    stock: Stock = Field(default_factory=int)
    attributes: Attributes = Field(default_factory=dict)


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
