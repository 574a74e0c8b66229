"""A CSV file that can be opened again: its format, and its rows as a stream."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from core.csv.cells import read_cell
from core.csv.currencies import price_sign
from core.csv.decoding import decoded, open_text
from core.csv.encoding import HEAD_BYTES
from core.csv.layout import Fields, Layout, fit
from core.csv.numbers import NAMES, DecimalSign
from core.csv.records import Record, read_records
from core.csv.rows import Row, Rows

Opener = Callable[[], BinaryIO]


def fit_head(head: bytes, encoding: str, fields: Fields) -> Layout:
    """The layout of a file, by its first `HEAD_BYTES` alone; raises NotCsv or ColumnsMissing."""
    return fit(decoded(head[:HEAD_BYTES], encoding), fields)


@dataclass(frozen=True)
class CsvFile:
    """How a file is written, how many rows follow its header, and its decimal sign if it shows one."""

    open_file: Opener
    encoding: str
    fields: Fields
    layout: Layout
    decimal: DecimalSign | None = None
    total: int = 0

    @staticmethod
    def open(open_file: Opener, encoding: str, fields: Fields, decimal: DecimalSign | None = None) -> "CsvFile":
        """Read the file once, to count its rows and to judge its decimal sign; raises NotCsv or ColumnsMissing.

        `decimal` is the decimal sign, if it is known.
        """
        with open_file() as file:
            layout = fit_head(file.read(HEAD_BYTES), encoding, fields)
        return _judged(CsvFile(open_file, encoding, fields, layout, decimal))

    def rows(self, skip: int = 0) -> Iterator[Row]:
        """The rows below the header, without the first ones."""
        return islice(Rows(self.layout, self.fields, self.encoding).read(self.records()), skip, None)

    def records(self) -> Iterator[Record]:
        """The records below the header, as they are."""
        with open_text(self.open_file(), self.encoding) as text:
            rows = read_records(text, self.layout.delimiter, tuple(self.layout.fields.values()))
            yield from islice(rows, self.layout.above + 1, None)


def _judged(file: CsvFile) -> CsvFile:
    shown, total = set[DecimalSign](), 0
    places = [file.layout.fields[name] for name in file.fields.numbers if name in file.layout.fields]
    for record in file.records():
        total += 1
        if len(shown) < len(NAMES):
            cells = [record.cells[place] for place in places if place < len(record.cells)]
            shown.update(sign for sign in map(price_sign, map(read_cell, cells)) if sign)
    return replace(file, decimal=file.decimal or (shown.pop() if len(shown) == 1 else None), total=total)
