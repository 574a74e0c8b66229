"""The text of a file, with marks in place of the bytes that are none of its encoding's."""

import codecs
import io
import re
from typing import BinaryIO

MARKED = "core.csv.marked"
# No text has these: they are halves of a letter.
MARK = re.compile("[\ud800-\udfff]")
FIRST_MARK = 0xDC00


def open_text(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """The file as text, with its line ends as they are; a byte that cannot be decoded is a mark."""
    codecs.register_error(MARKED, _marks)
    return io.TextIOWrapper(file, encoding, MARKED, newline="")


def decoded(head: bytes, encoding: str) -> str:
    """The head of a file as text, without a last letter that was cut."""
    codecs.register_error(MARKED, _marks)
    return codecs.getincrementaldecoder(encoding)(MARKED).decode(head)


def has_marks(text: str) -> bool:
    """Whether bytes of the text could not be decoded."""
    return not text.isascii() and MARK.search(text) is not None


def _marks(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(FIRST_MARK + byte) for byte in error.object[error.start : error.end]), error.end
