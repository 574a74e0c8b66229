"""Lists of an import's rows to be downloaded: one file for each batch that has any, read as one."""

import csv
import io
from codecs import iterdecode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from itertools import chain, islice
from pathlib import PurePosixPath
from uuid import UUID

from apps.catalog.service.rows import Rejection
from core.csv import write_rows
from core.storage import Storage

FOLDER = "catalog"
COUNTED_REASONS = 10_000
SHOWN_REASONS = 3


@dataclass(frozen=True, slots=True)
class Repetition:
    """A row whose sku stood in the file before: its line, the sku, and the line where that stood first."""

    line: int
    sku: str
    first_line: int


@dataclass(frozen=True)
class RowLists:
    """Keeps rows under the place where their batch begins, so that writing them twice is writing them once."""

    storage: Storage
    kind: type[Rejection] | type[Repetition]

    def write(self, import_id: UUID, begin: int, rows: Iterable[Rejection | Repetition]) -> None:
        """Keep a batch's rows."""
        content = write_rows(astuple(row) for row in rows)
        if content:
            self.storage.write(f"{self.folder(import_id)}/{begin:012d}.csv", [content])

    def read(self, import_id: UUID, rows: int) -> Iterator[bytes]:
        """CSV of those among the first rows: a batch whose commit was lost has a file that does not count."""
        yield write_rows([[field.name for field in fields(self.kind)]])
        keys = sorted(file.key for file in self.storage.files(self.folder(import_id)))
        for key in keys:
            if int(PurePosixPath(key).stem) < rows:
                yield from self.storage.read(key)

    def folder(self, import_id: UUID) -> str:
        """The folder of an import's list."""
        return f"{FOLDER}/{self.kind.__name__.lower()}s/{import_id}"


def commonest_reasons(content: Iterable[bytes]) -> list[tuple[str, int]]:
    """The reasons that most of the first rejections give, each with its column and how many rows it rejects."""
    lines = chain.from_iterable(io.StringIO(piece, newline="") for piece in iterdecode(content, "utf-8"))
    rows = islice(csv.DictReader(lines), COUNTED_REASONS)
    return Counter(f"{row['column']} {row['reason']}".strip() for row in rows).most_common(SHOWN_REASONS)
