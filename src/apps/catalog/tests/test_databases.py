"""Both databases take and refuse the same, with the place that does not fit."""

import json

import pytest

from apps.catalog.tests.conftest import Shop, document
from core.composition import Composition

MATCH = {"If-Match": "*"}
ZEROS = ["0e-999999", "-0.0", "0e999999", "0"]
NUMBERS = {"NaN", "Infinity", "-Infinity", "1e999999", "1e-999999", "-1e-999999", "1e9999999999999999999", "sNaN"}
REFUSED = [
    *('{"price": ' + f'"{number}"' + "}" for number in sorted(NUMBERS)),
    '{"price": 1e400}',
    '{"stock": 1e400}',
    '{"stock": NaN}',
    '{"stock": "0e-999999"}',
    '{"sku": "a\\u0000"}',
    '{"name": "a\\u0000"}',
    '{"currency": "a\\u0000b"}',
    '{"attributes": {"a": "\\u0000"}}',
    '{"attributes": {"\\u0000": "a"}}',
    '{"attributes": {"a": 1e400}}',
    '{"attributes": {"a": -Infinity}}',
]


@pytest.mark.parametrize("zero", ZEROS)
def test_every_zero_is_the_same_zero(zero: str, shop: Shop) -> None:
    created = shop.create(price=zero)
    assert (created.status_code, document(created)["price"]) == (201, "0.00")
    assert [item["price"] for item in shop.products(f"price_min={zero}&price_max={zero}")] == ["0.00"]
    url = created.headers["Location"]
    for send in (shop.client.put, shop.client.patch):
        body = {"sku": "L-1", "name": "Lamp", "price": zero, "attributes": {"a": -0.0}}
        changed = document(send(url, json=body, headers=MATCH))
        assert (changed["price"], str(changed["attributes"])) == ("0.00", "{'a': 0.0}")


def test_what_one_of_them_does_not_take_is_refused_with_its_place(shop: Shop) -> None:
    url = shop.create().headers["Location"]
    whole = {"sku": "L-1", "name": "Lamp", "price": "1"}
    for body in REFUSED:
        field = body.split('"')[1]
        others = json.dumps({name: value for name, value in whole.items() if name != field})
        for send, content in ((shop.client.put, f"{body[:-1]}, {others[1:]}"), (shop.client.patch, body)):
            refused = send(url, data=content, content_type="application/json", headers=MATCH)
            assert refused.status_code == 422, content
            assert refused.get_json()["errors"][0]["pointer"].startswith(f"#/{field}")


HALVES = {
    '{"name": "\\ud800"}': "#/name",
    b'{"sku": "\xed\xa0\x80"}': "#/sku",
    '{"attributes": {"a": "\\udfff"}}': "#/attributes/a",
    '{"attributes": {"\\ud800": 1}}': "#/attributes/\ufffd\ufffd\ufffd/[key]",
}


@pytest.mark.parametrize("body, pointer", HALVES.items())
def test_half_a_letter_is_refused_with_its_place(body: str | bytes, pointer: str, shop: Shop) -> None:
    url = shop.create().headers["Location"]
    refused = shop.client.patch(url, data=body, content_type="application/json", headers=MATCH)
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, pointer)


def test_what_is_no_json_is_malformed(shop: Shop) -> None:
    url = shop.create().headers["Location"]
    for body in ('{"name": "a"', "[" * 100_000, f'{{"stock": {"9" * 5000}}}', b'{"name": "\xff"}'):
        refused = shop.client.patch(url, data=body, content_type="application/json", headers=MATCH)
        assert refused.status_code == 400


QUERIES = ["name=%00", f"name={'x' * 501}", "sku=%00", "price_min=NaN", "price_max=Infinity", "price_min=1e999999"]


@pytest.mark.parametrize("query", [*QUERIES, "stock_min=1e400", "stock_max=2147483648", "price_min=-0.00001"])
def test_a_query_that_one_of_them_does_not_take_names_the_parameter(query: str, shop: Shop) -> None:
    refused = shop.client.get(f"/catalog/products?{query}")
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, f"?{query.partition('=')[0]}")


FORMS = [
    ({"columns": '{"price": "a\\u0000"}'}, "columns/price"),
    ({"columns": json.dumps({"price": "x" * 1001})}, "columns/price"),
    ({"inherit": "a\0"}, "inherit"),
    ({"encoding": "a\0"}, "encoding"),
    ({"encoding": "x" * 41}, "encoding"),
    ({"name": "a\0.csv"}, "file"),
    ({"name": "../products.csv"}, "file"),
    ({"name": "2026/products.csv"}, "file"),
    ({"name": ".."}, "file"),
    ({"name": "x" * 256}, "file"),
    ({"kind": "text/csv; charset=a%00"}, "file"),
]


@pytest.mark.parametrize("form, pointer", FORMS)
def test_a_form_that_one_of_them_does_not_take_is_refused_before_the_file_is_kept(
    form: dict[str, str], pointer: str, shop: Shop, composition: Composition
) -> None:
    refused = shop.upload("sku,name,price\nA,Lamp,1\n", **form)
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, pointer)
    assert list(composition.extensions.storage.files("catalog")) == []


def test_a_name_of_any_language_is_the_name_of_a_file(shop: Shop) -> None:
    for name in ("Прайс 2026, neu.csv", "x" * 255):
        assert shop.upload("sku,name,price\nA,Lamp,1\n", name=name).status_code == 202


CELLS = ["0e-999999", "NaN", "Infinity", "1e400", "1_000", "9" * 5000, "-1e-999999", "x\0"]


def test_a_cell_that_one_of_them_does_not_take_is_a_rejected_row(shop: Shop) -> None:
    rows = "".join(f"P{number},Lamp,{cell},1,\n" for number, cell in enumerate(CELLS))
    rows += "".join(f"S{number},Lamp,1,{cell},\n" for number, cell in enumerate(CELLS))
    job = shop.bring_in(
        f"sku,name,price,stock,note\n{rows}N\0,Lamp,1,1,\nM,La\0mp,1,1,\nO,Lamp,1,1,a\0\nZ,Lamp,-0.0,0,\n"
    )
    assert shop.counts(job) == (1, 0, 0, 2 * len(CELLS) + 3)
    assert [line.split(",")[1] for line in shop.rejections(job)[1:]] == [
        *["price"] * len(CELLS),
        *["stock"] * len(CELLS),
        "sku",
        "name",
        "note",
    ]
    assert [item["price"] for item in shop.products()] == ["0.00"]
