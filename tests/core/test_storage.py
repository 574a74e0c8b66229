"""The storage: whole files or none, the same in a folder and in memory."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.config import Settings
from core.errors import NotFound, Unavailable
from core.storage import CHUNK_BYTES, Storage, open_storage


@pytest.fixture(params=["folder", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """A storage of each kind in turn, empty."""
    return Storage("memory://" if request.param == "memory" else (tmp_path / "files").as_uri())


def whole(storage: Storage, key: str) -> bytes:
    return b"".join(storage.read(key))


def breaking() -> Iterator[bytes]:
    yield b"x" * (CHUNK_BYTES + 1)
    raise KeyError("the client is gone")


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 1])
def test_what_was_written_is_read(storage: Storage, size: int) -> None:
    content = b"ab" * (size // 2) + b"c" * (size % 2)
    storage.write("uploads/a", io.BytesIO(content))
    assert whole(storage, "uploads/a") == content


def test_chunks_are_written_one_after_the_other(storage: Storage) -> None:
    storage.write("uploads/a", (bytes([number]) * 1000 for number in range(9)))
    assert whole(storage, "uploads/a") == b"".join(bytes([number]) * 1000 for number in range(9))


def test_writing_again_replaces(storage: Storage) -> None:
    storage.write("a", [b"long before"])
    storage.write("a", [b"now"])
    assert whole(storage, "a") == b"now"


def test_a_file_whose_content_is_incomplete_does_not_appear(storage: Storage) -> None:
    storage.write("a", [b"before"])
    with pytest.raises(KeyError):
        storage.write("a", breaking())
    assert whole(storage, "a") == b"before"
    assert [file.key for file in storage.files("")] == ["a"]


def test_a_file_is_read_piece_by_piece(storage: Storage) -> None:
    storage.write("a", [b"one\ntwo\nthree"])
    with io.TextIOWrapper(storage.open("a"), encoding="utf-8") as lines:
        assert [line.strip() for line in lines] == ["one", "two", "three"]


def test_a_missing_file_is_not_found_at_once(storage: Storage) -> None:
    with pytest.raises(NotFound, match="There is no file uploads/a"):
        storage.read("uploads/a")


def test_files_are_listed_by_their_folder(storage: Storage) -> None:
    for key in ("uploads/a", "uploads/b", "results/a"):
        storage.write(key, [key.encode()])
    found = sorted(storage.files("uploads"), key=lambda file: file.key)
    assert [(file.key, file.size) for file in found] == [("uploads/a", 9), ("uploads/b", 9)]
    assert found[0].modified_at.tzinfo is not None


def test_deleting_twice_is_deleting_once(storage: Storage) -> None:
    storage.write("a", [b"x"])
    storage.delete("a")
    storage.delete("a")
    with pytest.raises(NotFound):
        storage.read("a")


def test_a_storage_that_answers_raises_nothing(storage: Storage) -> None:
    storage.ping()


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="The storage is unavailable"):
        Storage((tmp_path / "file" / "files").as_uri()).ping()


def test_a_bucket_that_cannot_be_reached_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("ENDPOINT_URL", "http://127.0.0.1:1"), ("ACCESS_KEY_ID", "me"), ("SECRET_ACCESS_KEY", "x")):
        monkeypatch.setenv(f"AWS_{name}", value)
    with pytest.raises(Unavailable) as refused:
        Storage("s3://bucket").ping()
    assert refused.value.reason


def test_opening_creates_nothing(tmp_path: Path) -> None:
    open_storage(Settings(data_dir=tmp_path / "data"))
    assert list(tmp_path.iterdir()) == []
