"""Which column of a file is which: our fields by their headers, and the others."""

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from core.csv.cells import read_cell
from core.csv.decoding import has_marks
from core.csv.errors import ColumnsMissing, NotCsv
from core.csv.headers import folded, visible
from core.csv.lines import MARKS
from core.csv.records import read_records
from core.csv.signatures import refuse_binary

DELIMITERS = (",", ";", "\t", "|")
# Excel's own way to say what delimits the cells: a line above the header.
SEPARATOR = re.compile(r'"?sep=([^\w\s"]|\t)"?(\r\n|\r|\n)', re.IGNORECASE)


@dataclass(frozen=True)
class Fields:
    """The fields that an app reads from a file, and what the file calls them.

    `key` is the field that tells rows apart, `numbers` are those whose decimal signs are judged together, `columns` are
    the headers of fields that the file calls otherwise, and `inherit` is the header of the column whose equal values
    make rows a group: a row takes what it leaves empty, but for its key, from the row above it in the group.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    key: str = ""
    numbers: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    inherit: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Each field's header; a field without one is called as it is."""
        return {name: self.columns.get(name, name) for name in (*self.required, *self.optional)}

    @property
    def needed(self) -> Iterator[tuple[str, str]]:
        """The headers that a file must have, each behind the place in the form that asks for it."""
        for name in dict.fromkeys((*self.required, *self.columns)):
            yield f"columns/{name}", self.headers[name]
        if self.inherit is not None:
            yield "inherit", self.inherit


@dataclass(frozen=True)
class Layout:
    """The places of our fields and of the others in a file's rows; `above` the header are records that are none."""

    delimiter: str
    headers: tuple[str, ...]
    fields: Mapping[str, int]
    inherit: int | None = None
    above: int = 0

    @classmethod
    def of(cls, head: str, delimiter: str, fields: Fields, separator: re.Match[str] | None) -> Self:
        """The layout of a header with this delimiter, below the line that says it."""
        text = head[separator.end() :] if separator else head
        first = next(read_records(io.StringIO(text, newline=""), delimiter), None)
        headers = tuple(visible(read_cell(cell)) for cell in first.cells) if first is not None else ()
        places = _places(headers)
        found = {name: places[folded(header)] for name, header in fields.headers.items() if folded(header) in places}
        inherit = None if fields.inherit is None else places.get(folded(fields.inherit))
        return cls(delimiter, headers, found, inherit, above=0 if separator is None else 1)

    @cached_property
    def others(self) -> tuple[tuple[str, int], ...]:
        """The headers and places of what is none of our fields."""
        ours, met = set(self.fields.values()), Counter[str]()
        named: list[tuple[str, int]] = []
        for place, header in enumerate(self.headers):
            if header and place not in ours:
                met[header] += 1
                # The cells of two columns with one name are kept, each under its own.
                named.append((header if met[header] == 1 else f"{header} ({met[header]})", place))
        return tuple(named)

    def header_of(self, location: tuple[int | str, ...]) -> str:
        """The file's own name for a place in a product, such as `('price',)` or `('attributes', 'Vendor')`."""
        name = str(location[0]) if location else ""
        return self.headers[self.fields[name]] if name in self.fields else str(location[-1] if location else "")


def fit(head: str, fields: Fields) -> Layout:
    """The layout with most of our fields, whatever delimits them; raises NotCsv or ColumnsMissing."""
    text = head.lstrip(MARKS)
    separator = SEPARATOR.match(text)
    layouts = [Layout.of(text, mark, fields, separator) for mark in (separator[1] if separator else DELIMITERS)]
    fitting = max(layouts, key=lambda layout: (len(layout.fields), len(layout.headers)))
    if not fitting.headers:
        raise NotCsv("The file has no header line that can be read as CSV")
    refuse_binary(fitting.headers)
    if any(map(has_marks, fitting.headers)):
        raise NotCsv("The header has bytes that are none of its encoding's: the form field `encoding` names another")
    places = _places(fitting.headers)
    missing = [(pointer, header) for pointer, header in fields.needed if folded(header) not in places]
    if missing:
        raise ColumnsMissing(missing, fitting.headers)
    return fitting


def _places(headers: tuple[str, ...]) -> dict[str, int]:
    # The first of two columns with one name counts.
    return {folded(header): place for place, header in reversed(list(enumerate(headers))) if header}
