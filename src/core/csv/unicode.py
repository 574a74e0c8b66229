"""Files in an encoding of Unicode: by their byte order mark, and without one."""

import codecs

from core.csv.signatures import CONTROL

# The longer mark first: that of UTF-32 begins with that of UTF-16.
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"\x84\x31\x95\x33": "gb18030",
}
WIDE = {"utf-32-le": 4, "utf-32-be": 4, "utf-16-le": 2, "utf-16-be": 2}
LINE_ENDS = ("\n", "\r")
DELIMITERS = (",", ";", "\t", "|")


def marked(head: bytes) -> str | None:
    """The codec of the byte order mark that a file begins with."""
    return next((codec for mark, codec in MARKS.items() if head.startswith(mark)), None)


def unmarked(head: bytes) -> str | None:
    """The wide encoding of a file without a byte order mark, if its first line reads like one of CSV."""
    if b"\0" not in head:
        return None
    return next((codec for codec, width in WIDE.items() if _reads_like_csv(head, codec, width)), None)


def _reads_like_csv(head: bytes, codec: str, width: int) -> bool:
    try:
        text = head[: len(head) // width * width].decode(codec, "ignore")
    except UnicodeError:
        return False
    line = min((text.partition(end)[0] for end in LINE_ENDS), key=len)
    # Other bytes read as UTF-16 are rare letters without a delimiter, and mostly without an end of line.
    return any(mark in line for mark in DELIMITERS) and not CONTROL.search(line) and any(map(str.isalnum, line))
