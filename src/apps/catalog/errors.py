"""What the catalogue refuses."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from core.errors import Conflict, Invalid, NotFound, Stale, Violation

SHOWN_HEADERS = 40
SHOWN_CHARACTERS = 60


class NoSuchProduct(NotFound):
    """There is no product with this id."""

    def __init__(self, product_id: int) -> None:
        super().__init__(f"There is no product {product_id}")


class SkuTaken(Conflict):
    """Another product has this sku."""

    title = "SKU taken"

    def __init__(self, sku: str) -> None:
        super().__init__(f"There is already a product with the sku {sku}")


class ProductChanged(Stale):
    """Somebody changed the product since it was read."""

    def __init__(self, product_id: int) -> None:
        super().__init__(f"Product {product_id} was changed since you read it; read it again")


class NoSuchImport(NotFound):
    """There is no import with this id, or it was so long ago that its files are gone."""

    def __init__(self, import_id: UUID) -> None:
        super().__init__(f"There is no import {import_id}, or its files were deleted for their age")


class NotCsv(Invalid):
    """A file that is something else than CSV."""

    title = "Not CSV"


class ColumnsMissing(Invalid):
    """A file whose header lacks what an import needs; says what it lacks, what it has, and the way out."""

    title = "Columns missing"

    def __init__(self, missing: Iterable[tuple[str, str]], found: Sequence[str]) -> None:
        lacking = tuple(missing)
        headers = ", ".join(header[:SHOWN_CHARACTERS] for header in found[:SHOWN_HEADERS])
        more = f" and {len(found) - SHOWN_HEADERS} more" if len(found) > SHOWN_HEADERS else ""
        super().__init__(
            f"The file has no column {', '.join(repr(header) for _, header in lacking)}; it has: {headers}{more}. "
            'The form field `columns` says which is which, such as {"sku": "Variant SKU"}',
            tuple(Violation(f"columns/{field}", f"no column {header!r}") for field, header in lacking),
        )
