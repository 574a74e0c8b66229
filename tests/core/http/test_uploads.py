"""Uploads wait on disk, where the settings say; a disk that is full is no crash."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.config import Settings
from core.http.uploads import IN_MEMORY_BYTES
from tests.core.marks import on_sqlite

pytestmark = on_sqlite
LARGE = b"x" * (IN_MEMORY_BYTES + 1)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with a folder for uploads that is not there yet."""
    return settings.model_copy(update={"upload_dir": str(tmp_path / "uploads")})


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file grows beyond what an upload may take of the memory."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (IN_MEMORY_BYTES, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def upload(client: FlaskClient, content: bytes, **headers: str) -> TestResponse:
    # Written by hand: the client's own forms wait in a file too, and would find the disk full first.
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + content + b"\r\n--x--\r\n"
    return client.post("/toy/files", data=form, content_type="multipart/form-data; boundary=x", headers=headers)


def test_a_large_upload_waits_in_its_folder_and_leaves_nothing_there(client: FlaskClient, tmp_path: Path) -> None:
    assert upload(client, LARGE).get_json() == {"told": f"none:{len(LARGE)}"}
    assert list((tmp_path / "uploads").iterdir()) == []


def test_an_upload_that_has_no_folder_to_wait_in_is_unavailable(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "uploads").write_text("a file")
    refused = upload(client, LARGE)
    assert (refused.status_code, refused.mimetype) == (503, "application/problem+json")
    assert refused.headers["Retry-After"] == "60"
    assert upload(client, b"small").status_code == 200


@pytest.mark.usefixtures("full_disk")
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}])
def test_an_upload_that_finds_the_disk_full_is_unavailable(client: FlaskClient, headers: dict[str, str]) -> None:
    refused = upload(client, LARGE * 3, **headers)
    assert refused.status_code == 503
    assert refused.get_json()["detail"] == "There is no room for an upload"
