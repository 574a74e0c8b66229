"""The storage of files: a local folder or an S3-compatible store, by STORAGE_URL, over obstore."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import IO, TYPE_CHECKING

from obstore.exceptions import GenericError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, ObjectStore, from_url

from core.config import Settings
from core.errors import NotFound, unavailable_on

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from obstore import GetResult

CHUNK_BYTES = 5 * 1024 * 1024
BUFFER_BYTES = 256 * 1024
UNAVAILABLE = (GenericError, PermissionDeniedError, UnauthenticatedError, OSError)
PARALLEL_CHUNKS = 2  # the library's default of twelve would hold 60 MiB of an upload in memory


@dataclass(frozen=True)
class StoredFile:
    """A file in the storage: its key, its size in bytes, and when it was written."""

    key: str
    size: int
    modified_at: datetime


class Storage:
    """Files by key (`folder/name`); a written file appears whole or not at all."""

    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def _store(self) -> ObjectStore:
        # Opened at the first use, because the library's threads do not survive a fork.
        if self._url.startswith("file:"):
            return LocalStore.from_url(self._url, mkdir=True)
        return from_url(self._url)

    def write(self, key: str, content: IO[bytes] | Iterable[bytes]) -> None:
        """Store a file, replacing one with the same key; the content is streamed."""
        with unavailable_on(*UNAVAILABLE, what="The storage"):
            self._store.put(key, content, chunk_size=CHUNK_BYTES, max_concurrency=PARALLEL_CHUNKS)

    def read(self, key: str) -> Iterator[bytes]:
        """The file's content in chunks; raises NotFound at once if there is none."""
        with unavailable_on(*UNAVAILABLE, what="The storage"):
            try:
                result = self._store.get(key)
            except FileNotFoundError as error:
                raise NotFound(f"There is no file {key}") from error
        return _chunks(result)

    def open(self, key: str) -> io.BufferedReader:
        """The file as a stream, for example for `io.TextIOWrapper`; raises NotFound at once."""
        return io.BufferedReader(_Stream(self.read(key)), BUFFER_BYTES)

    def files(self, prefix: str) -> Iterator[StoredFile]:
        """The files in this folder, listed a thousand at a time."""
        with unavailable_on(*UNAVAILABLE, what="The storage"):
            for batch in self._store.list(prefix, chunk_size=1000):
                for meta in batch:
                    yield StoredFile(meta["path"], meta["size"], meta["last_modified"])

    def delete(self, key: str) -> None:
        """Delete a file, if it exists."""
        with unavailable_on(*UNAVAILABLE, what="The storage"):
            try:
                self._store.delete(key)
            except FileNotFoundError:
                return

    def ping(self) -> None:
        """Check that the storage answers; raises Unavailable."""
        next(self.files("health"), None)


class _Stream(io.RawIOBase):
    """A stream of chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        self._rest = self._rest or memoryview(next(self._chunks, b""))
        target = memoryview(buffer)
        size = min(len(target), len(self._rest))
        target[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def _chunks(result: "GetResult") -> Iterator[bytes]:
    with unavailable_on(*UNAVAILABLE, what="The storage"):
        for chunk in result.stream(min_chunk_size=CHUNK_BYTES):
            yield bytes(chunk)


def open_storage(settings: Settings) -> Storage:
    """The storage of STORAGE_URL, which is opened at its first use."""
    return Storage(settings.storage)
