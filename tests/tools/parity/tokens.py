"""Whatever in a file could be a pin, found without asking parity: numbers, digests, words that are verbs of make."""

import re
from collections.abc import Iterator

from tools.parity.tree import Text, Tree

from tests.tools.parity.mutants import Mutant, after

MAKEFILE = "Makefile"
VERB = re.compile(r"^([a-z0-9-]+):.*##", re.MULTILINE)
NUMBER = r"(?P<digest>\b[0-9a-f]{40,}\b|sha256-[\w+/=]+)|(?P<number>\d+(?:\.\d+)*)"
# Of a document what is fenced, for it is read by machines or typed as it stands; whoever rewrites the prose of a fork
# has nothing to declare. Elsewhere all but the comments, where a verb is only what follows the word make.
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"(?:^|(?<=\s))(?:#|//).*$", re.MULTILINE)
# A neighbour may be as good, where any Python of the matrix may stand.
FAR = 7


def tokens(tree: Tree) -> Iterator[Mutant]:
    """Each of them once, in every file that people write and in the flake's lock, with another value."""
    verbs = sorted(VERB.findall(tree.texts[MAKEFILE].content), key=len, reverse=True)
    pattern = re.compile(rf"{NUMBER}|(?<![\w./$-])(?P<verb>{'|'.join(verbs)})(?![\w./-])")
    for text in (*tree.written, tree.texts["flake.lock"]):
        for match in pattern.finditer(text.content):
            if is_fenced(text, match.start()) and (match["verb"] is None or is_command(text, match.start())):
                yield Mutant(text, *match.span(), another(match))


def is_fenced(text: Text, offset: int) -> bool:
    """Whether it is more than prose; everything is in a file that is no document."""
    return not text.path.endswith(".md") or is_within(FENCED, text, offset)


def is_command(text: Text, offset: int) -> bool:
    """Not merely an English word."""
    return text.content[:offset].endswith("make ") or not is_within(COMMENT, text, offset)


def is_within(pattern: re.Pattern[str], text: Text, offset: int) -> bool:
    """Whether a match of the pattern covers the place."""
    return any(match.start() <= offset < match.end() for match in pattern.finditer(text.content))


def another(match: re.Match[str]) -> str:
    """Nobody can tell one digest from another, so it is cut short."""
    if match["digest"]:
        return match["digest"][:-1]
    if match["verb"]:
        return match["verb"][:-1] + after(match["verb"][-1])
    head, dot, last = match["number"].rpartition(".")
    return f"{head}{dot}{int(last) + FAR}"
