"""What a file is, as far as its first bytes show: CSV or not, in which encoding."""

import codecs
import re
from collections.abc import Sequence

from core.csv.errors import NotCsv

HEAD_BYTES = 65_536
# What no text holds; a header may have line ends and tabs.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# The first two characters without a mark, where they are Latin: each has an empty byte (RFC 4627, section 3).
UNMARKED: dict[tuple[bool, ...], str] = {
    (True, False, True, False): "utf-16-le",
    (False, True, False, True): "utf-16-be",
}
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SIGNATURES = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive, or an Excel workbook: save it as CSV",
    b"\xd0\xcf\x11\xe0": "an Excel workbook: save it as CSV",
    b"\x1f\x8b": "compressed with gzip: send it unpacked",
}


def encodings(head: bytes) -> tuple[str, ...]:
    """The encodings that a file with this head may have, likeliest first; the whole file decides which fits.

    Windows-1252 is Latin-1 with letters and signs (the euro among them) where Latin-1 has control characters.
    """
    if head.startswith(UTF_16):
        return ("utf-16",)
    if unmarked := UNMARKED.get(tuple(byte != 0 for byte in head[:4])):
        return (unmarked,)
    return ("utf-8-sig",) if head.startswith(codecs.BOM_UTF8) else ("utf-8", "cp1252", "latin-1")


def refuse_what_is_not_text(head: bytes) -> None:
    """Raise NotCsv for an empty file and for one that begins like something else."""
    if not head.strip():
        raise NotCsv("The file is empty")
    for signature, what in SIGNATURES.items():
        if head.startswith(signature):
            raise NotCsv(f"The file is not CSV but {what}")


def refuse_binary(header: Sequence[str]) -> None:
    """Raise NotCsv where the header holds what no text holds."""
    if any(CONTROL.search(name) for name in header):
        raise NotCsv(
            "There are control characters in the first line: save the file as text, UTF-16 with a byte order mark"
        )


def decoded(head: bytes, encoding: str) -> str:
    """The head as text, without a last character that was cut; raises UnicodeDecodeError."""
    return codecs.getincrementaldecoder(encoding)().decode(head, final=len(head) < HEAD_BYTES)
