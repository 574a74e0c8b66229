"""Searches all files for what looks like a version or a port, knowing nothing of the table: an undeclared pin shows."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate

from tools.parity.declared.others import is_something_else
from tools.parity.findings import Claim, Finding
from tools.parity.markdown import blocks, is_document
from tools.parity.tree import Text, Tree

# In prose a number is seldom a version: there only what follows a name, or can be nothing else.
NAMED = r"""
    \bpy(?:thon)?[ ]?[-_:=@]?[ ]?(?P<python>\d\.\d+|\d{2,3})
  | \b(?:redis|valkey|postgres(?:ql)?|poetry|debian|node|nix(?:os|pkgs)?)[ ]?[-_:=@]?[ ]?v?(?P<named>\d[\w.]*)
  | \b[a-z][\w./-]*:(?P<tag>\d[\w.-]*)
  | \b(?P<release>bookworm|trixie|bullseye|buster|forky|sid)\b
  | (?<![\w.])(?P<minor>3\.\d{1,2})(?![\w.])
  | @(?P<commit>[0-9a-f]{40})\b
"""
ANY = r"""
  | (?<![\w.])v?(?!\d+\.\d+\.\d+\.\d+)(?P<dotted>\d+(?:\.\d+)+)
  | (?<![\w.])(?P<number>\d{4,5})(?![\w.])
"""
PROSE = re.compile(NAMED, re.VERBOSE | re.IGNORECASE)
SETTINGS = re.compile(NAMED + ANY, re.VERBOSE | re.IGNORECASE)
DECLARE = "declare it in tools/parity/declared: as a row where it repeats a fact, in others.py where it does not"


def strays(tree: Tree, claims: Iterable[Claim]) -> Iterator[Finding]:
    """What looks like a pin and is declared nowhere."""
    known: dict[str, list[tuple[int, int]]] = {}
    for claim in claims:
        known.setdefault(claim.text.path, []).append((claim.start, claim.end))
    for text in tree.written:
        spans = sorted(known.get(text.path, ()))
        starts, ends = [start for start, _ in spans], [0, *accumulate((end for _, end in spans), max)]
        for start, end in tokens(text):
            # Among those that begin before it ends, the one that reaches farthest.
            if ends[bisect_left(starts, end)] <= start:
                said = f"{text.content[start:end]!r} looks like a pin and is not declared"
                yield Finding(text.spot(start), said, DECLARE)


@cache
def tokens(text: Text) -> tuple[tuple[int, int], ...]:
    """The spans of one file that look like pins, without those that are declared to be something else."""
    prose = PROSE.finditer(text.content) if is_document(text) else ()
    settings = (match for region in blocks(text) for match in SETTINGS.finditer(text.content, *region))
    matches = [match for match in (*prose, *settings) if not is_something_else(text, match.start())]
    return tuple({match.span(match.lastgroup): None for match in matches if match.lastgroup})
