"""Cells as texts, on the way in and out of a spreadsheet program that takes some of them for formulas."""

import csv
import io
import re
from collections.abc import Iterable

FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
NEGATIVE_NUMBER = re.compile(r"-\d+([.,]\d+)?")
# Excel's own way to say that a cell is a text, which keeps the zeros in front of a number.
TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"', re.DOTALL)


def read_cell(cell: str) -> str:
    """The text that a cell stands for: without Excel's `="..."`, and without the apostrophe of `write_rows`."""
    if cell[:1] not in {"=", "'"}:
        return cell
    if excel := TEXT_FORMULA.fullmatch(cell):
        return excel[1].replace('""', '"')
    return cell[1:] if cell[0] == "'" and FORMULA.match(cell) else cell


def write_cell(text: str) -> str:
    """The text as a cell that no program takes for a formula; `read_cell` gives the text back."""
    return f"'{text}" if FORMULA.match(text) and not NEGATIVE_NUMBER.fullmatch(text) else text


def write_rows(rows: Iterable[Iterable[object]]) -> bytes:
    """CSV in UTF-8, to be downloaded."""
    text = io.StringIO()
    csv.writer(text).writerows([write_cell(str(cell)) for cell in row] for row in rows)
    return text.getvalue().encode()
