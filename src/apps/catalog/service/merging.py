"""What the rows of a batch make of the products that there are, as if they came one by one."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from apps.catalog.models.values import Contents, Counts
from apps.catalog.service.rows import ImportedProduct


def merge(
    products: Iterable[ImportedProduct], known: Mapping[str, Contents], currency: str
) -> tuple[Counts, list[Contents]]:
    """What became of each row, and the products that are to be written; of several rows for one sku the last wins."""
    state, outcomes = dict(known), Counter[str]()
    for product in products:
        before = state.get(product.sku)
        after = _merged(product, before, currency)
        outcomes[_outcome(before, after)] += 1
        state[product.sku] = after
    return Counts(**outcomes), [contents for sku, contents in state.items() if contents != known.get(sku)]


def _merged(product: ImportedProduct, before: Contents | None, currency: str) -> Contents:
    """The product with what the row says; the rest stays as it was, or is the default."""
    ground = before or Contents(product.sku, product.name, product.price, currency, 0, {})
    return replace(ground, **{name: getattr(product, name) for name in product.model_fields_set})


def _outcome(before: Contents | None, after: Contents) -> str:
    if before is None:
        return "created"
    return "unchanged" if before == after else "updated"
