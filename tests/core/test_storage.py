"""Files in the storage: written whole, read in pieces."""

import io
from pathlib import Path

import pytest

from core.errors import NotFound
from core.storage import CHUNK_BYTES, Storage


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage((tmp_path / "storage").as_uri())


def test_a_file_larger_than_a_chunk_is_read_as_it_was_written(storage: Storage) -> None:
    content = bytes(range(256)) * (CHUNK_BYTES // 256) + b"the rest"
    storage.write("notes/large", io.BytesIO(content))
    with storage.open("notes/large") as file:
        assert file.read() == content
    assert b"".join(storage.read("notes/large")) == content


def test_an_opened_file_can_be_read_line_by_line(storage: Storage) -> None:
    storage.write("notes/lines", [b"first\n", "zwölf\n".encode()])
    assert list(io.TextIOWrapper(storage.open("notes/lines"), "utf-8")) == ["first\n", "zwölf\n"]


def test_a_missing_file_is_refused_when_it_is_opened(storage: Storage) -> None:
    with pytest.raises(NotFound, match="notes/none"):
        storage.open("notes/none")


def test_a_deleted_file_is_gone_and_may_be_deleted_again(storage: Storage) -> None:
    storage.write("notes/one", [b"1"])
    assert [file.key for file in storage.files("notes")] == ["notes/one"]
    storage.delete("notes/one")
    storage.delete("notes/one")
    assert list(storage.files("notes")) == []
