"""The lists of rejected rows: one file for each batch that has any, read as one."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import PurePosixPath
from uuid import UUID

from apps.catalog.service.rows import Rejection
from core.storage import Storage

FOLDER = "catalog/rejections"


@dataclass(frozen=True)
class RejectionFiles:
    """Keeps rejections under the place where their batch begins, so that writing them twice is writing them once."""

    storage: Storage

    def write(self, import_id: UUID, begin: int, rejections: Iterable[Rejection]) -> None:
        """Keep a batch's rejections."""
        content = _csv(astuple(rejection) for rejection in rejections)
        if content:
            self.storage.write(f"{rejections_of(import_id)}/{begin:012d}.csv", [content])

    def read(self, import_id: UUID, rows: int) -> Iterator[bytes]:
        """CSV of the rejections among the first rows: a batch whose commit was lost has a file that does not count."""
        keys = sorted(file.key for file in self.storage.files(rejections_of(import_id)))
        yield _csv([[field.name for field in fields(Rejection)]])
        for key in keys:
            if int(PurePosixPath(key).stem) < rows:
                yield from self.storage.read(key)


def rejections_of(import_id: UUID) -> str:
    """The folder of an import's lists."""
    return f"{FOLDER}/{import_id}"


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
