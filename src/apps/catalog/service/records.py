"""The records of a CSV file, read one by one; one that cannot be read is a record too, with the reason."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self, TextIO

# What the reader says of an end that comes too early helps nobody.
REASONS = {"unexpected end of data": "a quoted cell is not closed"}
RECORD_CHARACTERS = 1_048_576
BATCH_CHARACTERS = 4 * RECORD_CHARACTERS


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the file: the line where it begins, its cells, or why it has none."""

    line: int
    cells: list[str]
    reason: str | None = None


@dataclass
class Lines:
    """The lines of a text, and never more of them for one record than memory allows."""

    text: TextIO
    number: int = field(default=0, init=False)
    room: int = field(default=RECORD_CHARACTERS, init=False)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self.text.readline(self.room)
        if not line:
            raise StopIteration
        self.number += 1
        self.room -= len(line)
        if self.room <= 0:
            self._skip_rest(line)
            raise csv.Error(f"longer than {RECORD_CHARACTERS} characters")
        return line

    def begin_record(self) -> int:
        """Make room for another record; returns the line where it begins."""
        self.room = RECORD_CHARACTERS
        return self.number + 1

    def _skip_rest(self, line: str) -> None:
        while line and not line.endswith(("\n", "\r")):
            line = self.text.readline(RECORD_CHARACTERS)


def read_records(text: TextIO, delimiter: str) -> Iterator[Record]:
    """Every record of a text opened with `newline=""`, the header included, blank ones left out."""
    lines = Lines(text)
    # Strict: a quote in the wrong place is a bad row, not a guess at what it means.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.begin_record()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Record(line, [], f"cannot be read: {REASONS.get(str(error), error)}")
        else:
            if any(cells):
                yield Record(line, cells)


def in_batches(records: Iterable[Record], rows: int) -> Iterator[list[Record]]:
    """Some records at a time: so many rows, or fewer where they are long, and always the same ones."""
    batch: list[Record] = []
    size = 0
    for record in records:
        batch.append(record)
        size += sum(map(len, record.cells))
        if len(batch) == rows or size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
