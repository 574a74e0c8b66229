"""Request bodies: large uploads wait in the configured folder, and a full disk or a broken encoding is no crash."""

import gc
import resource
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from gunicorn.http.errors import InvalidChunkSize
from werkzeug.test import TestResponse

from core.config import Settings
from core.http.error_handlers import FORM
from core.http.uploads import IN_MEMORY_BYTES
from tests.core.marks import on_sqlite

pytestmark = on_sqlite
LARGE = b"x" * (IN_MEMORY_BYTES + 1)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with a folder for uploads that does not exist yet."""
    return settings.model_copy(update={"upload_dir": str(tmp_path / "uploads")})


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Limit files to the size up to which uploads stay in memory."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (IN_MEMORY_BYTES, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def upload(client: FlaskClient, content: bytes, **headers: str) -> TestResponse:
    # Written by hand: the client's own forms wait in a file too, and would find the disk full first.
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + content + b"\r\n--x--\r\n"
    return client.post("/toy/files", data=form, content_type="multipart/form-data; boundary=x", headers=headers)


def test_a_large_upload_waits_in_its_folder_and_leaves_nothing_there(client: FlaskClient, tmp_path: Path) -> None:
    assert upload(client, LARGE).get_json() == {"content": f"none:{len(LARGE)}"}
    assert list((tmp_path / "uploads").iterdir()) == []


def test_an_upload_without_a_usable_folder_is_a_503(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "uploads").write_text("a file")
    refused = upload(client, LARGE)
    assert (refused.status_code, refused.mimetype) == (503, "application/problem+json")
    assert refused.headers["Retry-After"] == "60"
    assert upload(client, b"small").status_code == 200


@pytest.mark.usefixtures("full_disk")
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}])
def test_an_upload_on_a_full_disk_is_a_503(client: FlaskClient, headers: dict[str, str]) -> None:
    refused = upload(client, LARGE * 3, **headers)
    assert refused.status_code == 503
    assert refused.get_json()["detail"] == "There is no room for an upload"


class BrokenChunks(BytesIO):
    """A body whose second chunk has no readable size, as gunicorn reports it."""

    def read(self, size: int | None = -1, /) -> bytes:
        """The first chunk, then the error."""
        if chunk := super().read(size):
            return chunk
        raise InvalidChunkSize(b"zz")


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}])
@pytest.mark.parametrize(
    "path, media_type", [("/toy/notes", "application/json"), ("/toy/files", f"{FORM}; boundary=x")]
)
def test_a_body_with_a_malformed_chunk_is_a_400(
    client: FlaskClient, path: str, media_type: str, headers: dict[str, str]
) -> None:
    environ = {"wsgi.input": BrokenChunks(b"{"), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    refused = client.post(path, content_type=media_type, headers=headers, environ_overrides=environ)
    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
    assert "Transfer-Encoding" in refused.get_json()["detail"]


def test_a_page_with_a_malformed_chunk_is_refused_as_a_page(client: FlaskClient) -> None:
    environ = {"wsgi.input": BrokenChunks(b"{"), "wsgi.input_terminated": True}
    media_type = "application/x-www-form-urlencoded"
    refused = client.post("/ui/jobs/retry", content_type=media_type, environ_overrides=environ)
    assert (refused.status_code, refused.mimetype) == (400, "text/html")


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}])
@pytest.mark.parametrize("part", ["form-data", 'form-data; filename="a"'])
def test_a_part_without_a_name_is_a_400(client: FlaskClient, part: str, headers: dict[str, str]) -> None:
    form = f"--x\r\nContent-Disposition: {part}\r\n\r\na\r\n--x--\r\n"
    refused = client.post("/toy/files", data=form, content_type=f"{FORM}; boundary=x", headers=headers)
    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")


@pytest.mark.parametrize("rest", ["", "\r\n--", "\r\n--x\r\n\r\n", "\r\n--x\r\nContent-Disposition: \xff"])
def test_the_files_of_a_form_that_breaks_off_are_closed(client: FlaskClient, rest: str) -> None:
    form = f'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc{rest}'
    refused = client.post("/toy/files", data=form, content_type=f"{FORM}; boundary=x")
    assert refused.status_code in {400, 422}
    # A file that is not closed raises a warning here, which fails the test.
    gc.collect()
