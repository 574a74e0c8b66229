"""The records of a CSV file, read one by one; one that cannot be read is a record too, with the reason."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self, TextIO

LINE_CHARACTERS = 1_048_576


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the file: the line where it begins, its cells, or why it has none."""

    line: int
    cells: list[str]
    reason: str | None = None


@dataclass
class Lines:
    """The lines of a text, none longer than memory allows."""

    text: TextIO
    number: int = field(default=0, init=False)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self.text.readline(LINE_CHARACTERS)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) == LINE_CHARACTERS and not _is_ended(line):
            self._skip()
            raise csv.Error(f"line longer than {LINE_CHARACTERS} characters")
        return line

    def _skip(self) -> None:
        while (line := self.text.readline(LINE_CHARACTERS)) and not _is_ended(line):
            pass


def read_records(text: TextIO, delimiter: str) -> Iterator[Record]:
    """Every record of a text opened with `newline=""`, the header included, blank ones left out."""
    lines = Lines(text)
    # Strict: a quote in the wrong place is a bad row, not a guess at what it means.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Record(line, [], f"cannot be read: {error}")
        else:
            if any(cells):
                yield Record(line, cells)


def _is_ended(line: str) -> bool:
    return line.endswith(("\n", "\r"))
