"""Records as rows of named values; what a row leaves empty may come from a row above it."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from core.csv.cells import read_cell
from core.csv.decoding import has_marks
from core.csv.headers import visible
from core.csv.layout import Fields, Layout
from core.csv.lines import RECORD_CHARACTERS
from core.csv.records import Record

# A group whose rows lie further apart than this many other groups is another group.
GROUPS = 1000
INHERITED_CHARACTERS = 1000
BATCH_CHARACTERS = 4 * RECORD_CHARACTERS


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: the line where it begins, our fields that it holds, its other cells, or why it has none.

    `group` is a column in which it equals the row above, if it lacks a field that it could inherit there.
    """

    line: int
    values: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    reason: str | None = None
    group: str | None = None

    @property
    def size(self) -> int:
        """How many characters it holds."""
        return sum(map(len, self.values.values())) + sum(map(len, self.others.values()))


@dataclass(frozen=True)
class Rows:
    """The rows that the records of a file are."""

    layout: Layout
    fields: Fields
    encoding: str

    def read(self, records: Iterable[Record]) -> Iterator[Row]:
        """Every row, from the file's first one on, because a row may take values from those above it."""
        groups, above = Groups(self.fields.key), Row(0)
        for record in records:
            row = self._read(record)
            if self.layout.inherit is not None:
                yield replace(row, values=groups.filled(_cell(record, self.layout.inherit), row.values))
            elif row.values and not row.values.keys() >= set(self.fields.required):
                yield replace(row, group=_common(row, above))
            else:
                yield row
            above = row

    def _read(self, record: Record) -> Row:
        reason = record.reason or self._misfit(record.cells)
        if reason is not None:
            return Row(record.line, reason=reason)
        values = {name: _cell(record, place) for name, place in self.layout.fields.items()}
        others = {header: _text(record, place) for header, place in self.layout.others}
        return Row(
            record.line,
            {name: text for name, text in values.items() if text},
            {header: text for header, text in others.items() if text},
        )

    def _misfit(self, cells: list[str]) -> str | None:
        width = len(self.layout.headers)
        # Programs drop empty cells at the end of a row or add some; one with contents has lost its column.
        if any(cells[width:]):
            return f"has {len(cells)} cells, the header has {width}"
        return f"cannot be read: has bytes that are not {self.encoding}" if any(map(has_marks, cells)) else None


class Groups:
    """The last values of each group, of the groups that were met last."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._last: OrderedDict[str, dict[str, str]] = OrderedDict()

    def filled(self, group: str, values: dict[str, str]) -> dict[str, str]:
        """The row with what it leaves empty from the rows above; one that holds nothing stays so."""
        if not group or not values:
            return values
        whole = self._last.pop(group, {}) | values
        self._last[group] = {
            name: text for name, text in whole.items() if name != self._key and len(text) <= INHERITED_CHARACTERS
        }
        if len(self._last) > GROUPS:
            self._last.popitem(last=False)
        return whole


def in_batches(read: Iterable[Row], rows: int) -> Iterator[list[Row]]:
    """Some records at a time: so many rows, or fewer if they are long, and always the same ones."""
    batch: list[Row] = []
    size = 0
    for row in read:
        batch.append(row)
        size += row.size
        if len(batch) == rows or size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _text(record: Record, place: int) -> str:
    return read_cell(record.cells[place]) if place < len(record.cells) else ""


def _cell(record: Record, place: int) -> str:
    return visible(_text(record, place))


def _common(row: Row, above: Row) -> str | None:
    return next((header for header, text in row.others.items() if above.others.get(header) == text), None)
