"""Prices with the sign or the code of their currency before or after the number."""

import re

from pydantic_core import PydanticCustomError

from core.csv.headers import visible
from core.csv.numbers import DecimalSign, decimal_sign, read_number

LETTERS = r"[^\W\d_]+"
SIGN = r"[$\xa2-\xa5\u058f\u060b\u09f2\u09f3\u0e3f\u20a0-\u20cf\ufdfc\uff04\uffe0\uffe1\uffe5\uffe6]"
# With the full stop of an abbreviation, unless it could be a decimal point.
NAME = rf"(?:{LETTERS})?{SIGN}(?:{LETTERS})?|{LETTERS}(?![.,]\d)(?:\.(?=\s|$))?"
PRICE = re.compile(rf"([+\-\u2212]?)\s*({NAME})\s*(.+)")
TRAILED = re.compile(rf"(.*?[\d.,\-\u2013\u2014])\s*({NAME})")
SIGNS = {
    "AUD": "$ a$ au$",
    "BGN": "лв лева",
    "BRL": "r$",
    "CAD": "$ c$ ca$",
    "CHF": "fr sfr",
    "CNY": "\xa5 \uffe5 元 rmb",
    "CZK": "kč",
    "DKK": "kr",
    "EUR": "€ euro euros",
    "GBP": "£ \uffe1",
    "HKD": "$ hk$",
    "HUF": "ft",
    "ILS": "₪",
    "INR": "₹ rs",
    "ISK": "kr",
    "JPY": "\xa5 \uffe5 円 yen",
    "KRW": "₩ \uffe6 원",
    "KZT": "₸",
    "MXN": "$ mx$",
    "NGN": "₦",
    "NOK": "kr",
    "NZD": "$ nz$",
    "PHP": "₱",
    "PLN": "zł zl",
    "RON": "lei leu",
    "RUB": "₽ \u0440\u0443\u0431 \u0440",
    "SEK": "kr",
    "SGD": "$ s$",
    "THB": "฿",
    "TRY": "₺ tl",
    "UAH": "₴ грн",
    "USD": "$ us$ \uff04 dollar dollars",
    "VND": "₫ đ",
    "ZAR": "r",
}


def read_price(text: str, sign: DecimalSign | None, currency: str) -> str:
    """The number of a price in this currency (three letters); raises PydanticCustomError, also for another currency.

    `sign` is the file's decimal sign, None if it has none.
    """
    number, names = _parted(text)
    value = read_number(number, sign)
    for name in names:
        if not _is_name_of(currency, name):
            raise PydanticCustomError(
                "other_currency",
                "has the currency {name}, and the row is in {currency}",
                {"name": name, "currency": currency},
            )
    return value


def names_currency(text: str) -> bool:
    """Whether a price says its currency."""
    return bool(_parted(text)[1])


def price_sign(text: str) -> DecimalSign | None:
    """The decimal sign that a price shows, None if it may be either or there is none."""
    return decimal_sign(_parted(text)[0])


def _parted(text: str) -> tuple[str, tuple[str, ...]]:
    """The number, and the names of currencies around it."""
    minus, before, number, after = "", "", visible(text), ""
    if number[:1].isdigit() and number[-1:].isdigit():
        return number, ()
    if match := PRICE.fullmatch(number):
        minus, before, number = match.groups()
    if match := TRAILED.fullmatch(number):
        number, after = match.groups()
    return minus + number, tuple(name for name in (before, after) if name)


def _is_name_of(currency: str, name: str) -> bool:
    bare = name.rstrip(".").casefold()
    return bare == currency.casefold() or bare in SIGNS.get(currency.upper(), "").split()
