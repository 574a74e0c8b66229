"""Numbers as people and programs write them, if they can mean one thing only.

Whether a point or a comma is the decimal sign is a matter of the file, not of the cell: `1.299` is a price of more than
a thousand in a file that has `19,90` too. A number that could be both, in a file that shows neither, is refused.
"""

import re
import unicodedata
from typing import Literal

from pydantic_core import PydanticCustomError

from core.csv.headers import visible

DecimalSign = Literal[".", ","]
GROUPS: dict[DecimalSign, str] = {".": ",", ",": "."}
NAMES: dict[DecimalSign, str] = {".": "point", ",": "comma"}
# Signs of other scripts and typesetters; what parts groups in any language becomes an apostrophe.
SAME = str.maketrans(
    {**dict.fromkeys("\u2212\u2012\u2013\u2014\ufe63\uff0d", "-"), "\uff0b": "+", "\uff0c": ",", "\uff0e": "."}
    | dict.fromkeys(" \xa0\u2007\u2009\u202f\u2019\u02bc\u2032\u066c\uff07", "'")
    | {"\u066b": "."}
)
# Most numbers of most files, read at once.
CLEAR = re.compile(r"[0-9]+(?:[.,](?:[0-9]{1,2}|[0-9]{4,}))?")
# An amount without cents, as in 19,-
WITHOUT_CENTS = re.compile(r"(.*\d)([.,])--?")


def _pattern(sign: str, group: str) -> re.Pattern[str]:
    grouped = "|".join(rf"[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+" for mark in (group, "'"))
    return re.compile(rf"([+-]?)(?=.?\d)({grouped}|\d*)(?:{re.escape(sign)}(\d*))?", re.ASCII)


PATTERNS = {sign: _pattern(sign, group) for sign, group in GROUPS.items()}


def read_number(text: str, sign: DecimalSign | None = None) -> str:
    """The number as Decimal and int read it; raises PydanticCustomError for none, and for one that may be two.

    `sign` is the file's decimal sign, None if it has none.
    """
    found = readings(text)
    meant = set(found.values()) if sign is None else {found[sign]} if sign in found else set()
    if len(meant) == 1:
        return meant.pop()
    if meant:
        raise PydanticCustomError(
            "ambiguous_number",
            "is ambiguous: {one} or {other}? The form field `decimal` says which: decimal=, or decimal=.",
            {"one": found[","], "other": found["."]},
        )
    if sign is not None and found:
        raise PydanticCustomError(
            "decimal_sign", "is not a number with a decimal {name}, as the file has", {"name": NAMES[sign]}
        )
    raise PydanticCustomError("decimal_parsing", "Input should be a valid decimal")


def decimal_sign(text: str) -> DecimalSign | None:
    """The decimal sign that a number shows, None if it may be either or there is none."""
    found = list(readings(text))
    return found[0] if len(found) == 1 else None


def readings(text: str) -> dict[DecimalSign, str]:
    """What a number is with either decimal sign; nothing if it is none."""
    if CLEAR.fullmatch(text):
        shown: list[DecimalSign] = [sign for sign in PATTERNS if sign in text]
        return dict.fromkeys(shown or PATTERNS, text.replace(",", "."))
    plain = "".join(map(_digit, visible(text))).translate(SAME)
    if without_cents := WITHOUT_CENTS.fullmatch(plain):
        # The dash stands for the cents, so that the sign before it is the decimal one.
        plain = f"{without_cents[1]}{without_cents[2]}00"
    found: dict[DecimalSign, str] = {}
    for sign, pattern in PATTERNS.items():
        if match := pattern.fullmatch(plain):
            found[sign] = match[1] + (re.sub(r"\D", "", match[2]) or "0") + (f".{match[3]}" if match[3] else "")
    return found


def _digit(character: str) -> str:
    # Digits of other scripts; superscripts are none of these.
    return str(unicodedata.decimal(character)) if character.isdecimal() else character
