"""Numbers as people and programs write them, where they can mean one thing only.

A point alone is the decimal point, as in every data format. A comma alone is one too, unless it may as well part
thousands (`1,234`): that is refused. Both together, repeated ones, spaces and apostrophes explain themselves.
"""

import re

from pydantic_core import PydanticCustomError

PLAIN = re.compile(r"[+-]?\d+(\.\d+)?")
SPACED = re.compile(r"[+-]?[1-9]\d{0,2}([ '\u2019\u00a0\u202f]\d{3})+([.,]\d+)?")
THOUSANDS_BY_COMMA = re.compile(r"[+-]?[1-9]\d{0,2}((,\d{3})+\.\d+|(,\d{3}){2,})")
THOUSANDS_BY_POINT = re.compile(r"[+-]?[1-9]\d{0,2}((\.\d{3})+,\d+|(\.\d{3}){2,})")
AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
SPACES = re.compile(r"[ '\u2019\u00a0\u202f]")


def plain_number(text: object) -> object:
    """The number as Decimal and int read it; what is none stays as it is, for them to refuse."""
    if not isinstance(text, str) or PLAIN.fullmatch(text):
        return text
    if AMBIGUOUS.fullmatch(text):
        raise PydanticCustomError(
            "ambiguous_number",
            "is ambiguous: {plain} or {pointed}?",
            {"plain": text.replace(",", ""), "pointed": text.replace(",", ".")},
        )
    return _plain(text)


def _plain(text: str) -> str:
    if SPACED.fullmatch(text):
        return SPACES.sub("", text).replace(",", ".")
    if THOUSANDS_BY_COMMA.fullmatch(text):
        return text.replace(",", "")
    if THOUSANDS_BY_POINT.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    return text.replace(",", ".") if DECIMAL_COMMA.fullmatch(text) else text
