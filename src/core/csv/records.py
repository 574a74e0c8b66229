"""The records of a CSV file, read one by one; one that cannot be read is a record too, with the reason."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from core.csv.lines import Lines

NOT_CLOSED = "a quoted cell is not closed"
# What the reader says of an end that comes too early, or too late, helps nobody.
REASONS = {
    "unexpected end of data": NOT_CLOSED,
    f"field larger than field limit ({csv.field_size_limit()})": (
        f"a cell is longer than {csv.field_size_limit()} characters, or a quoted one is not closed"
    ),
}


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the file: the line where it begins, its cells, or why it has none."""

    line: int
    cells: list[str]
    reason: str | None = None


def read_records(text: TextIO, delimiter: str, one_line: Sequence[int] = ()) -> Iterator[Record]:
    """Every record of a text opened with `newline=""`; one that cannot be read is its first line alone.

    The header is one, blank ones are none; `one_line` are the places of cells that hold no line breaks.
    """
    lines = Lines(text)
    # Strict: a quote in the wrong place is a bad row, not a guess at what it means.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while line := lines.begin_record():
        try:
            cells = next(reader)
            _refuse_rows_in_cells(cells, lines.between, delimiter, one_line)
        except StopIteration:
            return
        except csv.Error as error:
            lines.give_back()
            yield Record(line, [], f"cannot be read: {REASONS.get(str(error), error)}")
        else:
            if any(cells):
                yield Record(line, cells)


def _refuse_rows_in_cells(cells: list[str], between: list[str], delimiter: str, one_line: Sequence[int]) -> None:
    # A stray quote may find another, such as the sign of inches, hundreds of rows behind it.
    broken = between and any("\n" in cells[place] or "\r" in cells[place] for place in one_line if place < len(cells))
    if broken and any(line.count(delimiter) >= max(one_line) for line in between):
        raise csv.Error(NOT_CLOSED)
