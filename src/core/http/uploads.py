"""Request bodies: an unreadable one is refused, and a large upload waits on disk, because /tmp may be memory."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, ClassVar
from wsgiref.types import WSGIEnvironment

from flask import Request
from gunicorn.http.errors import ParseException

from core.errors import Malformed, Unavailable, first_line

IN_MEMORY_BYTES = 500 * 1024
RETRY_AFTER_FULL_DISK = 60


class Body:
    """The stream of a request's body; `read` raises Malformed if the server cannot decode it, such as a chunk size."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        try:
            return self._stream.read(size)
        except ParseException as error:
            raise Malformed("The body is not encoded as its Transfer-Encoding says") from error


class SpoolingRequest(Request):
    """A request whose larger files are unnamed files in `folder`, which end with the request in any case."""

    folder: ClassVar[Path]

    def __init__(self, environ: WSGIEnvironment) -> None:
        environ["wsgi.input"] = Body(environ["wsgi.input"])
        super().__init__(environ)
        # Werkzeug closes the files of the forms that it could parse; the stack closes those of the others too.
        self._spools = ExitStack()

    def close(self) -> None:
        """Close the uploaded files; Flask calls this at the end of the request."""
        super().close()
        self._spools.close()

    def _load_form_data(self) -> None:
        try:
            super()._load_form_data()
        except OSError as error:
            # A client that disconnects raises another error: here the disk is full or the folder cannot be used.
            raise Unavailable("There is no room for an upload", RETRY_AFTER_FULL_DISK, first_line(error)) from error
        names: set[object] = {*self.form, *self.files}
        if None in names:
            raise Malformed("A part of the form has no name")

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if total_content_length is None or total_content_length > IN_MEMORY_BYTES:
            self.folder.mkdir(parents=True, exist_ok=True)
        return self._spools.enter_context(SpooledTemporaryFile(IN_MEMORY_BYTES, dir=str(self.folder)))


def request_class(folder: Path) -> type[Request]:
    """The class of a project's requests, whose uploads wait in this folder."""
    return type("ProjectRequest", (SpoolingRequest,), {"folder": folder})
