"""Which column of a file is which: our fields by their headers, and the rest as attributes."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from apps.catalog.errors import ColumnsMissing, NotCsv
from apps.catalog.models.values import OPTIONAL, REQUIRED, ProductField
from apps.catalog.service.detection import refuse_binary
from apps.catalog.service.records import read_records

DELIMITERS = (",", ";", "\t", "|")
# Excel's own way to say what delimits the cells: a line above the header.
SEPARATOR = re.compile(r'"?sep=([^\w\s"]|\t)"?(\r\n|\r|\n)', re.IGNORECASE)
Columns = Mapping[ProductField, str]


@dataclass(frozen=True)
class Layout:
    """The places of our fields and of the attributes in a file's rows; `above` the header are records that are none."""

    delimiter: str
    headers: tuple[str, ...]
    fields: Mapping[ProductField, int]
    above: int = 0

    @classmethod
    def of(cls, head: str, delimiter: str, columns: Columns, said: re.Match[str] | None) -> Self:
        """The layout of a header with this delimiter, below the line that says it."""
        text = head[said.end() :] if said else head
        first = next(read_records(io.StringIO(text, newline=""), delimiter), None)
        headers = tuple(cell.strip() for cell in first.cells) if first is not None else ()
        places = {header.casefold(): place for place, header in reversed(list(enumerate(headers)))}
        wanted = {field: columns.get(field, field).strip().casefold() for field in (*REQUIRED, *OPTIONAL)}
        fields = {field: places[name] for field, name in wanted.items() if name in places}
        return cls(delimiter, headers, fields, above=0 if said is None else 1)

    @cached_property
    def extras(self) -> tuple[tuple[str, int], ...]:
        """The headers and places of what is none of our fields."""
        ours = set(self.fields.values())
        return tuple((header, place) for place, header in enumerate(self.headers) if header and place not in ours)

    def header_of(self, location: tuple[int | str, ...]) -> str:
        """The file's own name for a place in a product, such as `('price',)` or `('attributes', 'Vendor')`."""
        places = {str(field): place for field, place in self.fields.items()}
        field = str(location[0]) if location else ""
        return self.headers[places[field]] if field in places else str(location[-1] if location else "")


def fit(head: str, columns: Columns) -> Layout:
    """The layout with most of our fields, whatever delimits them; raises NotCsv or ColumnsMissing."""
    said = SEPARATOR.match(head)
    layouts = [Layout.of(head, delimiter, columns, said) for delimiter in (said[1] if said else DELIMITERS)]
    fitting = max(layouts, key=lambda layout: (len(layout.fields), len(layout.headers)))
    if not fitting.headers:
        raise NotCsv("The file has no header line that can be read as CSV")
    refuse_binary(fitting.headers)
    missing = [field for field in dict.fromkeys((*REQUIRED, *columns)) if field not in fitting.fields]
    if missing:
        raise ColumnsMissing([(field, columns.get(field, field)) for field in missing], fitting.headers)
    return fitting
