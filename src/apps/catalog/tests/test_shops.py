"""Files as other shops' programs write them: stored as they were meant, or refused; never something else in silence."""

import pytest

from apps.catalog.config import CatalogSettings
from apps.catalog.tests.conftest import DOCUMENT, Shop, document, on_sqlite

VARIANTS = """Handle,Title,Option1 Value,Variant SKU,Variant Price,Image Src
shirt,Shirt,S,T-S,10.00,https://example.com/1.jpg
shirt,,M,T-M,10.00,https://example.com/2.jpg
shirt,,,,,https://example.com/3.jpg
"""
SHOPIFY = {"sku": "Variant SKU", "name": "Title", "price": "Variant Price"}
GERMAN = "Artikelnummer;Bezeichnung;Preis\nA1;Lampe;19,90\nA2;Sofa;1.299\nA3;Schrank;2.499,00\nA4;Regal;12.500\n"
GERMAN_COLUMNS = {"sku": "Artikelnummer", "name": "Bezeichnung", "price": "Preis"}


def test_variants_inherit_what_their_product_says_and_rows_of_images_are_skipped(shop: Shop) -> None:
    job = shop.bring_in(VARIANTS, SHOPIFY, inherit="Handle")
    assert shop.counts(job) == (2, 0, 0, 0)
    assert (shop.result(job)["skipped"], shop.names()) == (1, ["Shirt", "Shirt"])


@on_sqlite
def test_without_inherit_the_variant_is_rejected_and_says_how(shop: Shop) -> None:
    job = shop.bring_in(VARIANTS, SHOPIFY)
    assert (shop.counts(job), shop.result(job)["skipped"]) == ((1, 0, 0, 1), 1)
    assert shop.rejections(job)[1:] == ["3,Title,is missing; send inherit=Handle to take it from the row above"]


@on_sqlite
def test_a_column_to_inherit_by_that_the_file_lacks_is_refused_with_its_field(shop: Shop) -> None:
    refused = shop.upload("sku,name,price\nA,B,1\n", inherit="Handle")
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, "inherit")


def test_the_decimal_sign_is_judged_for_the_file(shop: Shop) -> None:
    job = shop.bring_in(GERMAN, GERMAN_COLUMNS)
    assert (shop.counts(job), shop.result(job)["decimal"]) == ((4, 0, 0, 0), ",")
    assert [item["price"] for item in shop.products("sort=sku")] == ["19.90", "1299.00", "2499.00", "12500.00"]


@on_sqlite
def test_what_stays_ambiguous_is_rejected_until_the_form_says_what_it_is(shop: Shop) -> None:
    content = "sku;name;price;stock\nA;Sofa;1.299;1.000\nB;Regal;12;2\n"
    assert shop.rejections(shop.bring_in(content))[1:] == [
        '2,price,"is ambiguous: 1299 or 1.299? The form field `decimal` says which: decimal=, or decimal=."',
        '2,stock,"is ambiguous: 1000 or 1.000? The form field `decimal` says which: decimal=, or decimal=."',
    ]
    for sign, price, stock in ((",", "1299.00", 1000), (".", "1.299", 1)):
        shop.bring_in(content, decimal=sign)
        sofa = shop.products("sku=A")[0]
        assert (sofa["price"], sofa["stock"]) == (price, stock)
    assert shop.upload(content, decimal=";").status_code == 422


IN_EUROS = {"19,90 €": "19.90", "€19.90": "19.90", "EUR 19,90": "19.90", "19,-": "19.00", "1\u202f299,00 €": "1299.00"}


@on_sqlite
def test_a_price_may_say_its_currency_and_another_one_is_rejected(shop: Shop) -> None:
    rows = "".join(f"P{number};Item;{price}\n" for number, price in enumerate(IN_EUROS))
    job = shop.bring_in(f"sku;name;price\n{rows}D;Item;$19.90\n")
    assert [item["price"] for item in shop.products("sort=sku")] == list(IN_EUROS.values())
    assert shop.rejections(job)[1:] == ['7,price,"has the currency $, and the row is in EUR"']


@on_sqlite
def test_the_currency_of_a_price_is_compared_with_that_of_its_row(shop: Shop) -> None:
    job = shop.bring_in("sku;name;price;currency\nA;Item;$19.90;usd\nB;Item;€5;USD\nC;Item;5 kr;SEK\n")
    assert shop.rejections(job)[1:] == ['3,price,"has the currency €, and the row is in USD"']
    assert [(item["sku"], item["currency"]) for item in shop.products("sort=sku")] == [("A", "USD"), ("C", "SEK")]


@on_sqlite
def test_a_price_that_says_its_currency_brings_it_to_a_product_of_another(shop: Shop) -> None:
    shop.create(sku="A", currency="USD")
    shop.bring_in("sku;name;price\nA;Item;€5\n")
    assert [(item["price"], item["currency"]) for item in shop.products()] == [("5.00", "EUR")]


class TestInDollars:
    """Where CATALOG_CURRENCY is another one."""

    @pytest.fixture
    def catalog_settings(self) -> CatalogSettings:
        """The catalogue of a shop in dollars."""
        return CatalogSettings(currency="USD")

    @on_sqlite
    def test_the_setting_says_which_sign_is_right(self, shop: Shop) -> None:
        job = shop.bring_in("sku;name;price\nA;Item;$19.90\nB;Item;€5\n")
        assert shop.counts(job) == (1, 0, 0, 1)


RUSSIAN = "sku;name;price\nA1;Лампа;1,00\n".encode("cp1251")


def test_an_encoding_that_is_not_certain_is_refused_with_the_candidates_before_the_file_is_kept(shop: Shop) -> None:
    refused = shop.upload(RUSSIAN)
    assert (refused.status_code, document(refused)["title"]) == (422, "Encoding uncertain")
    assert "cp1251" in str(document(refused)["detail"])
    assert refused.get_json()["errors"][0]["pointer"] == "encoding"
    assert shop.run_jobs() == 0


@on_sqlite
def test_an_encoding_may_be_named_by_the_form_and_by_the_parts_content_type(shop: Shop) -> None:
    job = shop.bring_in(RUSSIAN, encoding="cp1251")
    assert shop.result(job)["encoding"] == {"name": "cp1251", "source": "encoding", "certainty": 1.0}
    assert shop.names() == ["Лампа"]
    named = shop.upload(RUSSIAN, kind="text/csv; charset=windows-1251")
    assert (named.status_code, shop.run_jobs()) == (202, 1)
    for form, pointer in (({"encoding": "klingon"}, "encoding"), ({"kind": "text/csv; charset=klingon"}, "file")):
        refused = shop.upload(RUSSIAN, **form)
        assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, pointer)


@on_sqlite
def test_a_guess_is_never_silent(shop: Shop) -> None:
    names = ["Gartenstühle", "Küchentisch weiß", "Höhenverstellbarer Tisch", "Bücherregal", "Kleiderschrank zweitürig"]
    rows = "".join(f"A{number};{names[number % 5]};{number},90\n" for number in range(50))
    encoding = DOCUMENT.validate_python(
        shop.result(shop.bring_in(f"sku;name;price\n{rows}".encode("cp1252")))["encoding"]
    )
    assert (encoding["name"], encoding["source"]) == ("cp1252", "guess")
    assert 0.9 <= float(str(encoding["certainty"])) <= 1


@on_sqlite
def test_a_bad_byte_costs_its_row_and_no_letter_of_the_others(shop: Shop) -> None:
    rows = "".join(f"A{number},Stühle,1\n" for number in range(9)).encode()
    job = shop.bring_in(b"sku,name,price\n" + rows + b"B,L\xe4mp,1\n")
    assert (shop.counts(job), set(shop.names())) == ((9, 0, 0, 1), {"Stühle"})
    assert shop.rejections(job)[1:] == ["11,,cannot be read: has bytes that are not utf-8"]


HEADERS = ["sku,name,Prei\u0301s", "\u200bsku,name,Preís", "\ufeff\ufeffsku,name,PREÍS", '\ufeff"sku",name,\xadPreís ']


@on_sqlite
@pytest.mark.parametrize("header", HEADERS)
def test_a_header_that_looks_like_the_one_that_was_named_is_it(header: str, shop: Shop) -> None:
    assert shop.counts(shop.bring_in(f"{header}\nA1,Lamp,1.00\n", {"price": "Preís"})) == (1, 0, 0, 0)


@on_sqlite
def test_what_excel_writes_for_a_text_is_the_text(shop: Shop) -> None:
    shop.bring_in('sku,name,price,EAN\n"=""00123""","=""Lamp""",1,"=""0400"""\n')
    lamp = shop.products()[0]
    assert (lamp["sku"], lamp["name"], lamp["attributes"]) == ("00123", "Lamp", {"EAN": "0400"})
