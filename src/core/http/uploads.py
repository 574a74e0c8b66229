"""Where an uploaded file waits until a service takes it: on disk, for the folder for temporary files may be memory."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, ClassVar

from flask import Request

from core.errors import Unavailable, first_line

IN_MEMORY_BYTES = 500 * 1024
FULL_FOR_SECONDS = 60


class SpoolingRequest(Request):
    """A request whose larger files are nameless ones in the folder, gone with the request however it ends."""

    folder: ClassVar[Path]

    def _load_form_data(self) -> None:
        try:
            with ExitStack() as self._spools:
                super()._load_form_data()
                self._spools.pop_all()
        except OSError as error:
            # A client that goes away is another error: this is a disk that is full, or a folder that is none.
            raise Unavailable("There is no room for an upload", FULL_FOR_SECONDS, first_line(error)) from error

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
    return type("ProjectsRequest", (SpoolingRequest,), {"folder": folder})
