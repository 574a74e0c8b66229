"""Which column of a file is which: our fields by their headers, and the rest as attributes."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from core.csv.detection import refuse_binary
from core.csv.errors import ColumnsMissing, NotCsv
from core.csv.records import read_records

DELIMITERS = (",", ";", "\t", "|")
# Excel's own way to say what delimits the cells: a line above the header.
SEPARATOR = re.compile(r'"?sep=([^\w\s"]|\t)"?(\r\n|\r|\n)', re.IGNORECASE)


@dataclass(frozen=True)
class Fields:
    """The fields that an app reads from a file, and the headers of those that are called otherwise there."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """Each field's header; a field without one is called as it is."""
        return {name: self.columns.get(name, name) for name in (*self.required, *self.optional)}

    @property
    def needed(self) -> tuple[str, ...]:
        """The fields that a file must have: the required ones, and those that a header was named for."""
        return tuple(dict.fromkeys((*self.required, *self.columns)))


@dataclass(frozen=True)
class Layout:
    """The places of our fields and of the attributes in a file's rows; `above` the header are records that are none."""

    delimiter: str
    headers: tuple[str, ...]
    fields: Mapping[str, int]
    above: int = 0

    @classmethod
    def of(cls, head: str, delimiter: str, fields: Fields, said: re.Match[str] | None) -> Self:
        """The layout of a header with this delimiter, below the line that says it."""
        text = head[said.end() :] if said else head
        first = next(read_records(io.StringIO(text, newline=""), delimiter), None)
        headers = tuple(cell.strip() for cell in first.cells) if first is not None else ()
        places = {header.casefold(): place for place, header in reversed(list(enumerate(headers)))}
        wanted = {name: header.strip().casefold() for name, header in fields.headers.items()}
        found = {name: places[header] for name, header in wanted.items() if header in places}
        return cls(delimiter, headers, found, above=0 if said is None else 1)

    @cached_property
    def extras(self) -> tuple[tuple[str, int], ...]:
        """The headers and places of what is none of our fields."""
        ours = set(self.fields.values())
        return tuple((header, place) for place, header in enumerate(self.headers) if header and place not in ours)

    def header_of(self, location: tuple[int | str, ...]) -> str:
        """The file's own name for a place in a product, such as `('price',)` or `('attributes', 'Vendor')`."""
        name = str(location[0]) if location else ""
        return self.headers[self.fields[name]] if name in self.fields else str(location[-1] if location else "")


def fit(head: str, fields: Fields) -> Layout:
    """The layout with most of our fields, whatever delimits them; raises NotCsv or ColumnsMissing."""
    said = SEPARATOR.match(head)
    layouts = [Layout.of(head, delimiter, fields, said) for delimiter in (said[1] if said else DELIMITERS)]
    fitting = max(layouts, key=lambda layout: (len(layout.fields), len(layout.headers)))
    if not fitting.headers:
        raise NotCsv("The file has no header line that can be read as CSV")
    refuse_binary(fitting.headers)
    missing = [(f"columns/{name}", fields.headers[name]) for name in fields.needed if name not in fitting.fields]
    if missing:
        raise ColumnsMissing(missing, fitting.headers)
    return fitting
