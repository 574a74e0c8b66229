"""What a file is, as far as its first bytes show: text, or something that no reader of CSV understands."""

import re
from collections.abc import Sequence

from core.csv.errors import NotCsv

# What no text holds; a header may have line ends and tabs.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SIGNATURES = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive, or an Excel workbook: save it as CSV",
    b"\xd0\xcf\x11\xe0": "an Excel workbook: save it as CSV",
    b"\x1f\x8b": "compressed with gzip: send it unpacked",
}


def refuse_what_is_not_text(head: bytes) -> None:
    """Raise NotCsv for an empty file and for one that begins like something else."""
    if not head.strip():
        raise NotCsv("The file is empty")
    for signature, what in SIGNATURES.items():
        if head.startswith(signature):
            raise NotCsv(f"The file is not CSV but {what}")


def refuse_binary(header: Sequence[str]) -> None:
    """Raise NotCsv if the header holds what no text holds."""
    if any(CONTROL.search(name) for name in header):
        raise NotCsv(
            "There are control characters in the first line: save the file as text, UTF-16 with a byte order mark"
        )
