"""An uploaded file as a sheet: its format found out, its rows counted and read as a stream."""

import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Self

from apps.catalog.errors import NotCsv
from apps.catalog.service.detection import HEAD_BYTES, decoded, encodings, refuse_what_is_not_text
from apps.catalog.service.layout import Columns, Layout, fit
from apps.catalog.service.records import Record, read_records
from core.storage import Storage


def fit_head(head: bytes, columns: Columns) -> Layout:
    """The layout of a file, by its first bytes alone; raises NotCsv or ColumnsMissing."""
    for _, layout in _fitting(head, columns):
        return layout
    raise _unreadable(head)


@dataclass(frozen=True)
class Sheet:
    """A stored CSV file: where it is, how it is written, and how many rows follow its header."""

    storage: Storage
    key: str
    encoding: str
    layout: Layout
    total: int = 0

    @classmethod
    def open(cls, storage: Storage, key: str, columns: Columns) -> Self:
        """Read the file once, to find the encoding that fits all of it and to count; raises as `fit_head` does."""
        with storage.open(key) as file:
            head = file.read(HEAD_BYTES)
        for encoding, layout in _fitting(head, columns):
            sheet = cls(storage, key, encoding, layout)
            with suppress(UnicodeDecodeError):
                return replace(sheet, total=sum(1 for _ in sheet.records()))
        raise _unreadable(head)

    def records(self, skip: int = 0) -> Iterator[Record]:
        """The rows below the header, without the first ones."""
        with io.TextIOWrapper(self.storage.open(self.key), self.encoding, newline="") as text:
            rows = read_records(text, self.layout.delimiter, tuple(self.layout.fields.values()))
            yield from islice(rows, self.layout.above + 1 + skip, None)


def _fitting(head: bytes, columns: Columns) -> Iterator[tuple[str, Layout]]:
    refuse_what_is_not_text(head)
    for encoding in encodings(head):
        with suppress(UnicodeDecodeError):
            yield encoding, fit(decoded(head, encoding), columns)


def _unreadable(head: bytes) -> NotCsv:
    return NotCsv(f"The file begins like {encodings(head)[0].upper()}, but there are bytes in it that are not")
