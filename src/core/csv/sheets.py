"""An uploaded file as a sheet: its format found out, its rows counted and read as a stream."""

import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Self

from core.csv.detection import HEAD_BYTES, decoded, encodings, refuse_what_is_not_text
from core.csv.errors import NotCsv
from core.csv.layout import Fields, Layout, fit
from core.csv.records import Record, read_records

Opener = Callable[[], io.BufferedReader]


def fit_head(head: bytes, fields: Fields) -> Layout:
    """The layout of a file, by its first bytes alone; raises NotCsv or ColumnsMissing."""
    for _, layout in _fitting(head, fields):
        return layout
    raise _unreadable(head)


@dataclass(frozen=True)
class Sheet:
    """A CSV file that can be opened again: where it is, how it is written, and how many rows follow its header."""

    open_file: Opener
    encoding: str
    layout: Layout
    total: int = 0

    @classmethod
    def open(cls, open_file: Opener, fields: Fields) -> Self:
        """Read the file once, to find the encoding that fits all of it and to count; raises as `fit_head` does."""
        with open_file() as file:
            head = file.read(HEAD_BYTES)
        for encoding, layout in _fitting(head, fields):
            sheet = cls(open_file, encoding, layout)
            with suppress(UnicodeDecodeError):
                return replace(sheet, total=sum(1 for _ in sheet.records()))
        raise _unreadable(head)

    def records(self, skip: int = 0) -> Iterator[Record]:
        """The rows below the header, without the first ones."""
        with io.TextIOWrapper(self.open_file(), self.encoding, newline="") as text:
            rows = read_records(text, self.layout.delimiter, tuple(self.layout.fields.values()))
            yield from islice(rows, self.layout.above + 1 + skip, None)


def _fitting(head: bytes, fields: Fields) -> Iterator[tuple[str, Layout]]:
    refuse_what_is_not_text(head)
    for encoding in encodings(head):
        with suppress(UnicodeDecodeError):
            yield encoding, fit(decoded(head, encoding), fields)


def _unreadable(head: bytes) -> NotCsv:
    return NotCsv(f"The file begins like {encodings(head)[0].upper()}, but there are bytes in it that are not")
