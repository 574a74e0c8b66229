"""What the catalogue refuses."""

from collections.abc import Iterable
from uuid import UUID

from core.errors import Conflict, Invalid, NotFound, Stale


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


class NothingImported(Invalid):
    """An import that took no row of its file; takes what became of the rows, and the commonest reasons."""

    title = "Nothing imported"

    def __init__(self, counts: str, reasons: Iterable[tuple[str, int]], link: str) -> None:
        listed = "; ".join(f"{reason} ({rows} rows)" for reason, rows in reasons)
        super().__init__(
            f"No row was taken: {counts}. {listed or 'Every row is empty in all of our columns'}", link=link
        )
