"""The lines of a text as a record takes them, those behind a stray quote once more; bounded in memory and in time."""

import csv
from collections import deque
from dataclasses import dataclass, field
from typing import Self, TextIO

RECORD_CHARACTERS = 1_048_576
# Each line may be read twice, and this much more: else a quote on every line would have the whole file read for each.
REREAD_CHARACTERS = 16 * RECORD_CHARACTERS
ENDS = ("\n", "\r")
# Byte order marks stand in front of a file, twice if two programs wrote them, and of its parts if files were joined.
MARKS = "\ufeff\u200b\u2060"


@dataclass
class Lines:
    """The lines of a text, and never more of them for one record than memory allows."""

    text: TextIO
    _number: int = field(default=0, init=False)
    _room: int = field(default=RECORD_CHARACTERS, init=False)
    _allowance: int = field(default=REREAD_CHARACTERS, init=False)
    _taken: list[str] = field(default_factory=list, init=False)
    _again: deque[str] = field(default_factory=deque, init=False)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        # Where too much was read twice already, no quote reaches beyond its line.
        line = "" if self._taken and self._allowance < 0 else self._line()
        if not self._taken:
            line = line.lstrip(MARKS)
        if not line:
            raise StopIteration
        self._taken.append(line)
        self._room -= len(line)
        if self._room <= 0:
            raise csv.Error(f"longer than {RECORD_CHARACTERS} characters")
        return line

    @property
    def between(self) -> list[str]:
        """The record's lines but for its first and its last."""
        return self._taken[1:-1]

    def begin_record(self) -> int:
        """Make room for another record; returns the line where it begins."""
        self._number += len(self._taken)
        self._taken, self._room = [], RECORD_CHARACTERS
        return self._number + 1

    def give_back(self) -> None:
        """End a record that cannot be read with its first line: those behind it may be records of their own."""
        self._again.extendleft(reversed(self._taken[1:]))
        self._allowance -= sum(map(len, self._taken[1:]))
        del self._taken[1:]
        last = self._taken[0]
        # Longer than any record: the rest of the line is nobody's.
        while last and not last.endswith(ENDS):
            last = self.text.readline(RECORD_CHARACTERS)

    def _line(self) -> str:
        begun = self._again.popleft() if self._again else ""
        if begun.endswith(ENDS):
            return begun
        rest = self.text.readline(max(0, self._room - len(begun)))
        self._allowance += len(rest)
        return begun + rest
