"""Numbers and prices as people write them: understood as they were meant, or refused."""

import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from core.csv import CsvFile, DecimalSign, Fields, names_currency, read_number, read_price
from core.csv.numbers import decimal_sign

MARKS: list[tuple[str, DecimalSign]] = [
    (",", "."),
    (".", ","),
    (" ", ","),
    ("\xa0", "."),
    ("\u202f", ","),
    ("'", "."),
    ("\u2019", "."),
    ("", "."),
    ("", ","),
]


@settings(deadline=None)
@given(st.decimals(0, 10**12, places=2).map(abs), st.sampled_from(MARKS))
def test_a_number_with_cents_is_understood_as_it_was_meant(number: Decimal, marks: tuple[str, DecimalSign]) -> None:
    group, sign = marks
    text = f"{number:,.2f}".translate({ord(","): group, ord("."): sign})
    assert Decimal(read_number(text)) == Decimal(read_number(text, sign)) == number
    assert decimal_sign(text) == sign


UNDERSTOOD = {
    "1,234,567": "1234567",
    "1.234.567": "1234567",
    "-1 234": "-1234",
    "\u22125": "-5",
    "+5": "+5",
    "0,125": "0.125",
    "1234,567": "1234.567",
    ".99": "0.99",
    "19.": "19",
    "19,-": "19.00",
    "19.\u2013": "19.00",
    "19,--": "19.00",
    "1.299,-": "1299.00",
    "1'299.50": "1299.50",
    "\u200e19,90\u200e": "19.90",
    "\uff11\uff19\uff0e\uff19": "19.9",
    "\u0663\u066b\u0665": "3.5",
    "007": "007",
}


@pytest.mark.parametrize("text, value", UNDERSTOOD.items())
def test_a_number_that_means_one_thing_is_understood(text: str, value: str) -> None:
    assert read_number(text) == value


REFUSED = ["free", "1,2,3", "1.2.3", "12,34,567.8", "", "1.5e3", "1_299", "12.50.", "19 90", "5-", "NaN", "Infinity"]
REFUSED += ["--5", ".", "-", "19\u2079\u2070", "\xbd", "1.299.-", "=19", "1.234.56", "0x10"]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_number_is_refused(text: str) -> None:
    assert decimal_sign(text) is None
    with pytest.raises(PydanticCustomError, match="Input should be a valid decimal"):
        read_number(text)


def test_a_number_that_may_mean_two_things_is_refused_with_both_and_the_way_out() -> None:
    for text, first, second in (("1,299", "1.299", "1299"), ("1.299", "1299", "1.299")):
        with pytest.raises(PydanticCustomError, match=f"is ambiguous: {first} or {second}.*decimal=, or decimal=."):
            read_number(text)
        assert {read_number(text, ","), read_number(text, ".")} == {"1299", "1.299"}


def test_a_number_with_another_decimal_sign_than_the_file_is_refused() -> None:
    with pytest.raises(PydanticCustomError, match="is not a number with a decimal comma"):
        read_number("19.90", ",")


def sign_of(*prices: str) -> DecimalSign | None:
    content = ("sku;price;stock\n" + "".join(f"A;{price};1\n" for price in prices)).encode()
    fields = Fields(("sku", "price"), ("stock",), "sku", ("price", "stock"))
    return CsvFile.open(lambda: io.BytesIO(content), "utf-8", fields).decimal


def test_the_decimal_sign_is_that_of_all_numbers_of_a_file() -> None:
    assert sign_of("19,90", "1.299", "2.499,00", "12.500") == ","
    assert sign_of("1.299", *["12"] * 99, "€ 19,-") == ","
    assert sign_of("1,299", "19.9") == "."
    assert sign_of("1,299", "1,234,567") == "."
    assert sign_of("1.299", "2.500", "12") is None
    assert sign_of("1.299", "19,90", "19.90") is None


IN_EUROS = {
    "19,90 €": "19.90",
    "€19.90": "19.90",
    "EUR 19,90": "19.90",
    "19.90 EUR": "19.90",
    "19,90\xa0€": "19.90",
    "1\xa0299,00 €": "1299.00",
    "-€5": "-5",
    "€-5": "-5",
    "eur19.90": "19.90",
    "19,- €": "19.00",
    "€.99": "0.99",
    "19,90 Euro": "19.90",
    "19.90": "19.90",
}


@pytest.mark.parametrize("text, value", IN_EUROS.items())
def test_the_sign_or_code_of_the_currency_is_understood(text: str, value: str) -> None:
    assert read_price(text, None, "EUR") == value
    assert names_currency(text) == (text != "19.90")


@pytest.mark.parametrize("text", ["$19.90", "£10", "R$ 10,50", "kr 99", "CHF 1'299.50", "Fr. 19.90", "10 Stk", "USD 5"])
def test_the_sign_or_code_of_another_currency_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError, match=r"has the currency .*, and the row is in EUR"):
        read_price(text, None, "EUR")


def test_a_sign_of_several_currencies_is_one_of_each() -> None:
    assert [read_price(text, None, code) for text, code in (("$5", "CAD"), ("kr 99", "NOK"), ("Fr. 5", "CHF"))] == [
        "5",
        "99",
        "5",
    ]


@pytest.mark.parametrize("text", ["Rs.500", "€", "abc", "free", "19.90 € EUR", "=1", "EUR", "1€9", "EUR.99"])
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError, match="Input should be a valid decimal"):
        read_price(text, None, "EUR")
