"""Lists of products: filtered, sorted, page by page."""

import pytest
from pydantic import JsonValue

from apps.catalog.tests.conftest import ITEMS, Shop, document

PRODUCTS: list[dict[str, JsonValue]] = [
    {"sku": "C", "name": "best lamp", "price": "19.90", "stock": 0},
    {"sku": "A", "name": "desk LAMP", "price": "119.90", "stock": 5},
    {"sku": "D", "name": "100% armchair", "price": "20", "stock": 9},
    {"sku": "B", "name": "chair", "price": "20", "stock": 5},
]


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """A shop with two lamps and two chairs."""
    for product in PRODUCTS:
        shop.create(**product)
    return shop


FOUND = {
    "name=lamp": ["A", "C"],
    "name=0%25": ["D"],
    "name=_": [],
    "sku=B": ["B"],
    "sku=b": [],
    "price_min=19.9001&price_max=20": ["B", "D"],
    "price_min=20": ["A", "B", "D"],
    "stock_min=1": ["A", "B", "D"],
    "stock_max=5&name=chair": ["B"],
}
SORTED = {
    "sku": ["A", "B", "C", "D"],
    "price": ["C", "D", "B", "A"],
    "updated": ["C", "A", "D", "B"],
    "name": ["D", "C", "B", "A"],
}


def test_filters_leave_what_fits_all_of_them(stocked: Shop) -> None:
    assert {query: sorted(str(item["sku"]) for item in stocked.products(query)) for query in FOUND} == FOUND


def test_a_name_is_found_in_any_case_of_any_script(shop: Shop) -> None:
    shop.create(name="Äpfel Lampe")
    assert [shop.names(f"name={given}") for given in ("äpfel", "ÄPFEL L", "apfel")] == [["Äpfel Lampe"]] * 2 + [[]]


def walked(shop: Shop, sort: str) -> list[JsonValue]:
    """The skus of a list that is read product by product."""
    skus, url = [], f"/catalog/products?limit=1&sort={sort}"
    for _ in PRODUCTS:
        page = document(shop.client.get(url))
        skus += [item["sku"] for item in ITEMS.validate_python(page["items"])]
        url = f"/catalog/products?limit=1&sort={sort}&cursor={page['next']}"
    assert url.endswith("cursor=None")
    return skus


def test_a_list_is_sorted_both_ways_page_by_page(stocked: Shop) -> None:
    assert {sort: walked(stocked, sort) for sort in SORTED} == SORTED
    assert {sort: walked(stocked, f"-{sort}")[::-1] for sort in SORTED} == SORTED


def test_a_list_is_sorted_by_name_by_default(stocked: Shop) -> None:
    assert stocked.names() == stocked.names("sort=name") == list(reversed(stocked.names("sort=-name")))


def test_a_page_neither_skips_nor_repeats_while_products_are_written(stocked: Shop) -> None:
    first = document(stocked.client.get("/catalog/products?limit=2&sort=sku"))
    stocked.create(sku="0", name="early")
    assert [item["sku"] for item in stocked.products(f"sort=sku&cursor={first['next']}")] == ["C", "D"]


def test_a_question_that_cannot_be_asked_is_a_problem_that_names_the_parameter(shop: Shop) -> None:
    for query in ("name=%00", "sort=colour", "stock_min=99999999999", "price_min=1e99", "colour=red"):
        refused = shop.client.get(f"/catalog/products?{query}")
        assert refused.status_code == 422
        assert f"?{query.partition('=')[0]}" in refused.text


def test_a_cursor_of_another_list_is_refused(stocked: Shop) -> None:
    page = document(stocked.client.get("/catalog/products?limit=1&sort=sku"))
    assert stocked.client.get(f"/catalog/products?sort=-sku&cursor={page['next']}").status_code == 400
