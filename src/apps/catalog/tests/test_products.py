"""Products, one by one, over HTTP."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.catalog.models.values import PRICE_PLACES
from apps.catalog.schemas import shown_price
from apps.catalog.tests.conftest import Shop, document, on_sqlite
from core.database import Document

MATCH = {"If-Match": '"1"'}


def test_a_created_product_can_be_read_where_location_says(shop: Shop) -> None:
    created = shop.create(stock=3, attributes={"colour": "red", "watts": 7, "smart": True, "rating": 4.5, "note": None})
    assert created.status_code == 201
    read = shop.client.get(created.headers["Location"])
    assert document(read) == document(created)
    assert document(read)["attributes"] == {"colour": "red", "watts": 7, "smart": True, "rating": 4.5, "note": None}
    assert (document(read)["price"], document(read)["currency"]) == ("19.90", "EUR")


def test_a_sku_is_given_once(shop: Shop) -> None:
    shop.create()
    again = shop.create()
    assert (again.status_code, document(again)["title"]) == (409, "SKU taken")
    assert len(shop.products()) == 1


BROKEN: list[Document] = [
    {"sku": ""},
    {"sku": "a\nb"},
    {"name": "a\0b"},
    {"price": "-1"},
    {"price": "1.23456"},
    {"price": "NaN"},
    {"currency": "euro"},
    {"stock": -1},
    {"stock": 2**31},
    {"attributes": {"note": "a\0b"}},
    {"attributes": {"a\0b": "note"}},
    {"attributes": {"size": {"width": 1}}},
    {"attributes": {"size": float("nan")}},
    {"attributes": {"size": 1e300}},
    {"attributes": {"size": -1e16}},
    {"colour": "red"},
]


@on_sqlite
def test_a_product_that_breaks_a_rule_is_refused_and_the_rule_is_named(shop: Shop) -> None:
    for fields in BROKEN:
        refused = shop.create(**fields)
        assert refused.status_code == 422
        assert f'"#/{next(iter(fields))}' in refused.text


def test_a_replaced_product_has_the_new_contents_and_a_new_etag(shop: Shop) -> None:
    url = shop.create(stock=3).headers["Location"]
    body = {"sku": "L-2", "name": "Chair", "price": "5", "currency": "usd"}
    replaced = shop.client.put(url, json=body, headers=MATCH)
    assert (replaced.status_code, replaced.headers["ETag"]) == (200, '"2"')
    assert document(replaced).items() >= {**body, "price": "5.00", "currency": "USD", "stock": 0}.items()


def test_a_change_leaves_what_it_does_not_name(shop: Shop) -> None:
    url = shop.create(stock=3, currency="USD").headers["Location"]
    changed = document(shop.client.patch(url, json={"price": "0.125"}, headers=MATCH))
    assert changed.items() >= {"name": "Lamp", "price": "0.125", "currency": "USD", "stock": 3, "version": 2}.items()


def test_a_change_to_null_is_refused_for_every_field(shop: Shop) -> None:
    url = shop.create(currency="USD").headers["Location"]
    for field in ("sku", "name", "price", "currency", "stock", "attributes"):
        refused = shop.client.patch(url, json={field: None}, headers=MATCH)
        assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, f"#/{field}")
    assert document(shop.client.patch(url, json={}, headers=MATCH))["currency"] == "USD"


@on_sqlite
def test_the_documentation_says_what_a_change_and_an_attribute_may_be(shop: Shop) -> None:
    definitions = shop.client.get("/swagger.json").get_json()["definitions"]
    changes, draft = definitions["ProductChanges"]["properties"], definitions["ProductDraft"]["properties"]
    assert "x-nullable" not in {key for fields in changes.values() for key in fields}
    assert "required" not in definitions["ProductChanges"]
    assert "default" not in {key for fields in changes.values() for key in fields}
    assert draft["attributes"]["additionalProperties"] == {
        "description": "one of: string, boolean, integer, number",
        "x-nullable": True,
    }


NUMBERS: Document = {"a": 0.1, "b": 1e-300, "c": 9999999999999998.0, "d": 10**40, "e": -7, "f": 2.0}


def test_a_number_among_the_attributes_comes_back_as_it_was_sent(shop: Shop) -> None:
    read = document(shop.client.get(shop.create(attributes=NUMBERS | {"g": -0.0}).headers["Location"]))["attributes"]
    assert str(read) == str(NUMBERS | {"g": 0.0})


def test_a_change_needs_the_version_that_was_read(shop: Shop) -> None:
    url = shop.create().headers["Location"]
    assert shop.client.patch(url, json={"stock": 1}).status_code == 428
    assert shop.client.patch(url, json={"stock": 1}, headers=MATCH).status_code == 200
    assert shop.client.patch(url, json={"stock": 2}, headers=MATCH).status_code == 412
    assert shop.client.patch(url, json={"stock": 2}, headers={"If-Match": f'"{2**70}"'}).status_code == 412
    assert shop.client.patch(url, json={"stock": 2}, headers={"If-Match": "*"}).status_code == 200


def test_a_change_to_a_taken_sku_is_refused(shop: Shop) -> None:
    shop.create(sku="L-0")
    url = shop.create().headers["Location"]
    assert shop.client.patch(url, json={"sku": "L-0"}, headers=MATCH).status_code == 409
    assert document(shop.client.get(url))["sku"] == "L-1"


def test_a_product_that_the_client_has_already_is_not_sent_again(shop: Shop) -> None:
    url = shop.create().headers["Location"]
    etag = shop.client.get(url).headers["ETag"]
    assert shop.client.get(url, headers={"If-None-Match": etag}).status_code == 304
    assert shop.client.get(url, headers={"If-None-Match": '"0"'}).status_code == 200


def test_a_deleted_product_is_gone_and_its_id_with_it(shop: Shop) -> None:
    url = shop.create().headers["Location"]
    assert shop.client.delete(url).status_code == 204
    assert shop.client.get(url).status_code == 404
    assert shop.client.delete(url).status_code == 404
    assert shop.create().headers["Location"] != url


def test_a_product_that_changed_since_it_was_read_is_not_deleted(shop: Shop) -> None:
    url = shop.create().headers["Location"]
    changed = shop.client.patch(url, json={"stock": 1}, headers=MATCH)
    assert shop.client.delete(url, headers=MATCH).status_code == 412
    assert shop.client.delete(url, headers={"If-Match": 'W/"nothing"'}).status_code == 412
    assert shop.client.get(url).status_code == 200
    assert shop.client.delete(url, headers={"If-Match": changed.headers["ETag"]}).status_code == 204
    again = shop.create().headers["Location"]
    assert shop.client.delete(again, headers={"If-Match": "*"}).status_code == 204


def test_an_id_larger_than_a_database_counts_is_an_unknown_url(shop: Shop) -> None:
    assert shop.client.get(f"/catalog/products/{2**63 - 1}").status_code == 404
    assert shop.client.get(f"/catalog/products/{2**63}").status_code == 404


@settings(deadline=None)
@given(st.decimals(0, 10**9, places=PRICE_PLACES).map(abs))
def test_a_shown_price_is_exact_and_has_two_places_or_more(price: Decimal) -> None:
    shown = shown_price(price)
    assert Decimal(shown) == price
    assert len(shown.partition(".")[2]) >= 2
    assert "E" not in shown
