"""Rows whose sku stood in the file before; the last of them wins, so the ones before it would go unnoticed."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from apps.catalog.service.lists import Repetition
from apps.catalog.service.rows import Taken

Lines = Callable[[Iterable[str]], Mapping[str, int]]


def find_repetitions(taken: Sequence[Taken], lines: Lines) -> tuple[list[Repetition], dict[str, int]]:
    """The rows of a batch that repeat a sku, and the lines of the skus that are new; `lines` has those met before."""
    met = lines({row.product.sku for row in taken})
    new: dict[str, int] = {}
    repeated: list[Repetition] = []
    for row in taken:
        sku = row.product.sku
        first = met.get(sku, new.get(sku))
        if first is None:
            new[sku] = row.line
        else:
            repeated.append(Repetition(row.line, sku, first))
    return repeated, new
