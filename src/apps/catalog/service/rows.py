"""Rows of a file as products, or as rejections with their reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails

from apps.catalog.models.values import Price, ProductDraft, Stock
from core.csv import CsvFile, DecimalSign, Row, names_currency, read_number, read_price


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a row's numbers mean: the file's decimal sign, and the currency of the row's price."""

    decimal: DecimalSign | None
    currency: str


def _price(text: object, info: ValidationInfo[Numbers]) -> str:
    return read_price(str(text), info.context.decimal, info.context.currency)


def _stock(text: object, info: ValidationInfo[Numbers]) -> str:
    return read_number(str(text), info.context.decimal)


class ImportedProduct(ProductDraft):
    """A product as a file has it; what the row does not say is not set. It is validated in the context of `Numbers`."""

    price: Annotated[Price, BeforeValidator(_price)]
    stock: Annotated[Stock, BeforeValidator(_stock)] = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """A product, and the line where its row begins."""

    line: int
    product: ImportedProduct


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a row is not taken: the line where it begins, the column as the file calls it, and what is wrong there."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Batch:
    """Some rows of a file: products, for each rejected row its reasons, and how many rows hold none of our fields."""

    taken: list[Taken]
    rejected: list[tuple[Rejection, ...]]
    skipped: int


@dataclass(frozen=True)
class RowReader:
    """Reads the rows of a file; `currency` is that of a price whose row names none."""

    file: CsvFile
    currency: str

    def read_batch(self, rows: Sequence[Row]) -> Batch:
        """Every row, as a product, a rejection or one that is skipped."""
        ours = [row for row in rows if row.values or row.reason]
        read = [self._read(row) for row in ours]
        taken = [row for row in read if isinstance(row, Taken)]
        return Batch(taken, [row for row in read if isinstance(row, tuple)], len(rows) - len(ours))

    def _read(self, row: Row) -> Taken | tuple[Rejection, ...]:
        if row.reason is not None:
            return (Rejection(row.line, "", row.reason),)
        numbers = Numbers(self.file.decimal, row.values.get("currency", self.currency).upper())
        try:
            return Taken(row.line, ImportedProduct.model_validate(_contents(row, numbers), context=numbers))
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            header_of = self.file.layout.header_of
            return tuple(Rejection(row.line, header_of(one["loc"]), _reason(one, row.group)) for one in found)


def _contents(row: Row, numbers: Numbers) -> dict[str, object]:
    contents: dict[str, object] = {**row.values}
    if names_currency(row.values.get("price", "")):
        contents.setdefault("currency", numbers.currency)
    if row.others:
        contents["attributes"] = row.others
    return contents


def _reason(found: ErrorDetails, group: str | None) -> str:
    if found["type"] != "missing":
        return found["msg"]
    return "is missing" if group is None else f"is missing; send inherit={group} to take it from the row above"
