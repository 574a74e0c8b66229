"""Rows of a file as products, or as rejections with their reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, ValidationError
from pydantic_core import ErrorDetails

from apps.catalog.models.values import Price, ProductDraft, Stock
from core.csv import Layout, Record, plain_number


class ImportedProduct(ProductDraft):
    """A product as a file has it; what the row does not say is not set."""

    price: Annotated[Price, BeforeValidator(plain_number)]
    stock: Annotated[Stock, BeforeValidator(plain_number)] = 0


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a row is not taken: the line where it begins, the column as the file calls it, and what is wrong there."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Batch:
    """Some rows of a file: products, and for each rejected row its reasons."""

    products: list[ImportedProduct]
    rejected: list[tuple[Rejection, ...]]


def read_batch(records: Iterable[Record], layout: Layout) -> Batch:
    """Every row, as the one or the other."""
    read = [_read(record, layout) for record in records]
    products = [row for row in read if isinstance(row, ImportedProduct)]
    return Batch(products, [row for row in read if isinstance(row, tuple)])


def _read(record: Record, layout: Layout) -> ImportedProduct | tuple[Rejection, ...]:
    reason = record.reason or _misfit(record.cells, len(layout.headers))
    if reason is not None:
        return (Rejection(record.line, "", reason),)
    try:
        return ImportedProduct.model_validate(_said(record.cells, layout))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        return tuple(Rejection(record.line, layout.header_of(one["loc"]), _reason(one)) for one in found)


def _misfit(cells: list[str], width: int) -> str | None:
    # Programs drop empty cells at the end of a row or add some; one with contents has lost its column.
    return f"has {len(cells)} cells, the header has {width}" if any(cells[width:]) else None


def _said(cells: list[str], layout: Layout) -> dict[str, object]:
    """What the row says: an empty cell says nothing, and a missing one neither."""
    width = len(cells)
    said: dict[str, object] = {
        field: text for field, place in layout.fields.items() if place < width and (text := cells[place].strip())
    }
    if layout.extras:
        said["attributes"] = {header: cells[place] for header, place in layout.extras if place < width and cells[place]}
    return said


def _reason(found: ErrorDetails) -> str:
    return "is missing" if found["type"] == "missing" else found["msg"]
