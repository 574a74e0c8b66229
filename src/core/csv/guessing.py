"""The encoding of a file that names none and is not Unicode: chardet's guess, and how sure it is."""

import re
import unicodedata
from dataclasses import dataclass
from math import sqrt

import chardet

SAMPLE_BYTES = 65_536
FEWEST_LETTERS = 8
MOST_ODD = 0.05
# What programs write CSV in: Windows, DOS and the Macintosh, ISO where it differs from Windows, and East Asia.
EAST_ASIA = ("cp932", "euc_jis_2004", "gb18030", "big5hkscs", "cp949")
ENCODINGS = (
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
    *("iso8859-2", "iso8859-5", "iso8859-7", "iso8859-15", "koi8-r", "koi8-u", "cp850", "cp852", "cp866"),
    *("mac-roman", "mac-latin2", "mac-cyrillic"),
    *EAST_ASIA,
)
FOREIGN_LINES = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
# The bytes that are no second half of a letter in any of the encodings.
NO_LETTERS = re.compile(rb"[\x00-\x3f]+")
# What stands in the middle of words: apostrophe, hyphen, dashes, middle dot.
JOINERS = "\u2019\u2011\u2013\u2014\xb7"
FIRST_OF_EAST_ASIA = "\u2e80"


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding that a sample may have, chardet's confidence, and the text that it makes of the sample.

    `alphabet` is what it makes of all the bytes that the file has: two that agree on the sample may differ elsewhere.
    """

    name: str
    confidence: float
    letters: int
    odd: int
    text: str
    alphabet: str


def foreign_lines(data: bytes, room: int) -> bytes:
    """Lines with bytes that ASCII does not have, until the room is full: the others say nothing about the encoding."""
    found = bytearray()
    for match in FOREIGN_LINES.finditer(data):
        found += match[0][:room] + b"\n"
        if len(found) >= room:
            break
    return bytes(found)


def guesses(sample: bytes, seen: bytes) -> list[Guess]:
    """The encodings that a sample may have, likeliest first, of a file that has all these bytes beyond ASCII."""
    words = NO_LETTERS.sub(b" ", sample[:SAMPLE_BYTES])
    ranked = chardet.detect_all(words, ignore_threshold=True, include_encodings=ENCODINGS, compat_names=False)
    made = (_guess(words, seen, str(found["encoding"]), found["confidence"]) for found in ranked if found["encoding"])
    return [guess for guess in made if guess is not None]


def certainty(found: list[Guess]) -> float:
    """How sure the first guess is, from 0 to 1.

    It is measured against the likeliest guess that reads the sample otherwise, unless that one puts signs and capital
    letters into the middle of words; the more letters the sample has, the more the difference counts.
    """
    if not found or found[0].letters < FEWEST_LETTERS or found[0].odd > MOST_ODD * found[0].letters:
        return 0.0
    best = found[0]
    rivals = [guess.confidence for guess in found[1:] if _is_rival(guess, best)]
    weight = sqrt(best.letters)
    for_best, for_rival = best.confidence**weight, max(rivals, default=0.0) ** weight
    return for_best / (for_best + for_rival) if for_best else 0.0


def _is_rival(guess: Guess, best: Guess) -> bool:
    differs = (guess.text, guess.alphabet) != (best.text, best.alphabet)
    return differs and guess.odd * best.letters <= (best.odd + 1) * guess.letters


def _guess(words: bytes, seen: bytes, name: str, confidence: float) -> Guess | None:
    try:
        alphabet = "" if name in EAST_ASIA else seen.decode(name)
        # The sample may end within a letter.
        text = words[:-2].decode(name) if len(words) == SAMPLE_BYTES else words.decode(name)
    except UnicodeDecodeError:
        return None
    # Where Windows has letters and signs, ISO has control characters.
    if any(unicodedata.category(character) == "Cc" for character in alphabet):
        return None
    letters = sum(not character.isascii() for character in text)
    return Guess(name, confidence, letters, _odd(text), text, alphabet)


def _odd(text: str) -> int:
    around = zip(f" {text}", text, f"{text[1:]} ", strict=False)
    return sum(_is_odd(*three) for three in around if "\x7f" < three[1] < FIRST_OF_EAST_ASIA)


def _is_odd(before: str, character: str, after: str) -> bool:
    """Whether a character stands where it makes no sense, such as a sign in the middle of a word."""
    kind = unicodedata.category(character)
    if kind in {"Lu", "Cc", "Cn", "Co"}:
        return kind != "Lu" or before.islower()
    if kind[0] == "S" or kind == "No":
        return after.isalpha() or (before.isalpha() and kind != "So")
    return kind[0] == "P" and after.isalpha() and _is_odd_mark(before, character)


def _is_odd_mark(before: str, character: str) -> bool:
    return character not in JOINERS if before.isalpha() else character == "—"
