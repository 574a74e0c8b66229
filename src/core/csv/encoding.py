"""In which encoding a file is written: named, marked, plain from its bytes, or guessed with a stated certainty."""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict

from core.csv.errors import EncodingUncertain, UnknownEncoding
from core.csv.guessing import SAMPLE_BYTES, certainty, foreign_lines, guesses
from core.csv.signatures import refuse_what_is_not_text
from core.csv.unicode import marked, unmarked

HEAD_BYTES = 65_536
CHUNK_BYTES = 1_048_576
# Below this a file is refused with the candidates.
CERTAIN = 0.9
ENOUGH = 10_000
FEW = 10
ASCII = bytes(range(0x80))
# The two highest bits of a byte that continues a letter of UTF-8.
CONTINUES = 0x80
MOST_CERTAIN_WITH_FAULTS = 0.999
# Python reads and writes its own source with these; or they are no encodings of a file.
NO_ENCODINGS = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7", "mbcs", "oem"}
SHIFTED = re.compile(rb"\x1b[$(]")
RUN = re.compile(rb"[\x80-\xff]+")

POINTERS = {"encoding": "encoding", "charset": "file"}
Source = Literal["encoding", "charset", "byte order mark", "content", "guess"]


class Encoding(BaseModel):
    """An encoding: the name of its codec, what says so, and how sure that is, from 0 to 1."""

    model_config = ConfigDict(frozen=True)

    name: str
    source: Source
    certainty: float = 1.0


def detect_encoding(file: IO[bytes], named: str | None = None, charset: str | None = None) -> Encoding:
    """The encoding of a file that is read from here to its end, unless one is named; raises Invalid.

    `named` is the caller's word and `charset` its program's; a byte order mark that contradicts them is refused
    (UnknownEncoding), and so is a guess below `CERTAIN` (EncodingUncertain).
    """
    head = file.read(HEAD_BYTES)
    refuse_what_is_not_text(head)
    if named:
        return Encoding(name=_agreed(head, named, "encoding"), source="encoding")
    if charset:
        return Encoding(name=_agreed(head, charset, "charset"), source="charset")
    if mark := marked(head):
        return Encoding(name=mark, source="byte order mark")
    if wide := unmarked(head):
        return Encoding(name=wide, source="content", certainty=0.99)
    return _of_content(head, file)


def _agreed(head: bytes, name: str, source: Literal["encoding", "charset"]) -> str:
    """The codec with this name, with the byte order that the file has."""
    codec, mark = _codec(name, source), marked(head)
    if mark is not None:
        family = mark.removesuffix("-sig")
        if not codec.startswith(family):
            raise UnknownEncoding(
                f"The file begins with the byte order mark of {family}; it is not {codec}", POINTERS[source]
            )
        return mark
    # Without a mark the codec would take the byte order of this machine.
    return (unmarked(head) or f"{codec}-le") if codec in {"utf-16", "utf-32"} else codec


def _codec(name: str, source: Literal["encoding", "charset"]) -> str:
    try:
        with io.TextIOWrapper(io.BytesIO(), name):
            codec = codecs.lookup(name).name
    except (LookupError, ValueError) as error:
        raise UnknownEncoding(f"There is no encoding {name[:60]!a}", POINTERS[source]) from error
    if codec in NO_ENCODINGS:
        raise UnknownEncoding(f"{codec} is no encoding of files", POINTERS[source])
    return codec


@dataclass
class _Evidence:
    """What speaks for and against UTF-8: runs of bytes beyond ASCII that are whole letters, and those that are not."""

    letters: int = 0
    faults: int = 0
    is_shifted: bool = False
    sample: bytearray = field(default_factory=bytearray)
    seen: set[int] = field(default_factory=set)

    def add(self, lines: bytes) -> None:
        """Look at some whole lines."""
        self.is_shifted = self.is_shifted or SHIFTED.search(lines) is not None
        if lines.isascii():
            return
        if len(self.sample) < SAMPLE_BYTES:
            self.sample += foreign_lines(lines, SAMPLE_BYTES)
        if not _is_utf_8(lines):
            self.seen.update(lines.translate(None, ASCII + bytes(self.seen)))
            if self.faults < ENOUGH:
                self.faults += sum(not _is_utf_8(run) for run in RUN.findall(lines))
        if self.letters < ENOUGH:
            self.letters += sum(map(_is_utf_8, RUN.findall(lines)))


def _of_content(head: bytes, file: IO[bytes]) -> Encoding:
    evidence = _Evidence()
    for lines in _whole_lines(head, file):
        evidence.add(lines)
    if evidence.is_shifted and not evidence.faults:
        raise EncodingUncertain(["iso2022_jp", "iso2022_kr", "utf-8"])
    if not evidence.faults:
        return Encoding(name="utf-8", source="content")
    # A run that is whole letters by chance is rare in every other encoding: each makes those ten times less likely.
    sure = 1 - 10.0 ** min(0, evidence.faults - evidence.letters)
    if sure >= CERTAIN:
        return Encoding(name="utf-8", source="content", certainty=min(round(sure, 3), MOST_CERTAIN_WITH_FAULTS))
    return _guessed(evidence)


def _guessed(evidence: _Evidence) -> Encoding:
    found = guesses(bytes(evidence.sample), bytes(sorted(evidence.seen)))
    sure = certainty(found)
    is_mixed = evidence.letters * FEW > evidence.faults
    if is_mixed or sure < CERTAIN:
        raise EncodingUncertain([*(["utf-8"] if is_mixed else []), *(guess.name for guess in found)])
    return Encoding(name=found[0].name, source="guess", certainty=round(sure, 3))


def _whole_lines(head: bytes, file: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chain([head], iter(partial(file.read, CHUNK_BYTES), b"")):
        data = rest + chunk
        end = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1 or _between_letters(data)
        yield data[:end]
        rest = data[end:]
    yield rest


def _between_letters(data: bytes) -> int:
    # A line without an end is cut, before a byte that begins a letter of UTF-8.
    last = next((back for back in range(1, min(4, len(data)) + 1) if data[-back] & 0xC0 != CONTINUES), 0)
    return len(data) - last if len(data) > CHUNK_BYTES else 0


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
