"""Headers as their readers see them: two that look the same are the same."""

import re
import unicodedata
from itertools import pairwise

# Spaces, and what no reader sees: format characters, joiners and selectors of a letter's variant, fillers.
EDGES = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\xad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
)
UNSEEN = re.compile(r"[\s\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u3164\ufe00-\ufe0f\uffa0]")


def visible(text: str) -> str:
    """The text without spaces and invisible characters at its ends."""
    return text.strip(EDGES)


def folded(header: str) -> str:
    """What headers that look the same have in common, whatever their Unicode form, case and spaces."""
    compatible = unicodedata.normalize("NFKC", header).casefold()
    letters = [
        letter
        for letter in unicodedata.normalize("NFKD", compatible)
        if unicodedata.category(letter) not in {"Cf", "Cc"} and not UNSEEN.match(letter)
    ]
    kept = [after for before, after in pairwise(["", *letters]) if before != after or not unicodedata.combining(after)]
    return unicodedata.normalize("NFKC", "".join(kept))
