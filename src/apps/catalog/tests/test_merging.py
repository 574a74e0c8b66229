"""Rows over products: the same result however the rows are cut into batches."""

from decimal import Decimal
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.catalog.models.values import Contents, Counts
from apps.catalog.service.merging import merge
from apps.catalog.service.rows import ImportedProduct, Numbers

PRODUCTS = st.lists(
    st.fixed_dictionaries(
        {"sku": st.sampled_from("ABC"), "name": st.sampled_from("xy"), "price": st.sampled_from(["1", "2"])},
        optional={"stock": st.sampled_from(["0", "1"]), "currency": st.sampled_from(["eur", "USD"])},
    ).map(partial(ImportedProduct.model_validate, context=Numbers(".", "EUR"))),
    max_size=12,
)


def brought_in(products: list[ImportedProduct], batch: int) -> tuple[Counts, dict[str, Contents]]:
    """What comes out of bringing these in, so many at a time, beside a product that is there already."""
    counts, kept = Counts(), {"A": Contents("A", "x", Decimal(1), "EUR", 7, {"colour": "red"})}
    for begin in range(0, len(products), batch):
        merged, written = merge(products[begin : begin + batch], kept, "EUR")
        counts, kept = counts.plus(merged), kept | {contents.sku: contents for contents in written}
    return counts, kept


@settings(deadline=None, max_examples=60)
@given(PRODUCTS, st.integers(1, 12))
def test_the_size_of_the_batches_changes_nothing(products: list[ImportedProduct], batch: int) -> None:
    assert brought_in(products, batch) == brought_in(products, 1)
    assert brought_in(products, batch)[0].rows == len(products)


@settings(deadline=None, max_examples=60)
@given(PRODUCTS)
def test_what_comes_a_second_time_is_written_no_more(products: list[ImportedProduct]) -> None:
    kept = brought_in(products, 12)[1]
    last = list({product.sku: product for product in products}.values())
    assert merge(last, kept, "EUR") == (Counts(unchanged=len(last)), [])
