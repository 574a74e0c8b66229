"""Whatever in a file could be a pin, found without asking parity: numbers, digests, words that are verbs of make."""

import re
from collections.abc import Iterator

from environment.parity.tree import Text, Tree
from tests.environment.parity.mutants import Mutant, after

MAKEFILE = "Makefile"
VERB = re.compile(r"^([a-z0-9-]+):.*##", re.MULTILINE)
NUMBER = r"(?P<digest>\b[0-9a-f]{40,}\b|sha256-[\w+/=]+)|(?P<number>\d+(?:\.\d+)*)"
# In a document: what is marked as code; elsewhere: what is no comment. There only what follows the word make.
MARKED = re.compile(r"^```.*?^```$|^    \S.*?$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"(?:^|(?<=\s))(?:#|//).*$", re.MULTILINE)
# A neighbour may be as good, where any Python of the matrix may stand.
FAR = 7


def tokens(tree: Tree) -> Iterator[Mutant]:
    """Each of them once, in every file that people write and in the flake's lock, with another value."""
    verbs = sorted(VERB.findall(tree.texts[MAKEFILE].content), key=len, reverse=True)
    pattern = re.compile(rf"{NUMBER}|(?<![\w./$-])(?P<verb>{'|'.join(verbs)})(?![\w./-])")
    for text in (*tree.written, tree.texts["flake.lock"]):
        for match in pattern.finditer(text.content):
            if match["verb"] is None or is_command(text, match.start()):
                yield Mutant(text, *match.span(), another(match))


def is_command(text: Text, offset: int) -> bool:
    """Not merely an English word."""
    is_named = text.content[:offset].endswith("make ")
    is_document = text.path.endswith(".md")
    inside = any(
        match.start() <= offset < match.end() for match in (MARKED if is_document else COMMENT).finditer(text.content)
    )
    return is_named or inside == is_document


def another(match: re.Match[str]) -> str:
    """Nobody can tell one digest from another, so it is cut short."""
    if match["digest"]:
        return match["digest"][:-1]
    if match["verb"]:
        return match["verb"][:-1] + after(match["verb"][-1])
    head, dot, last = match["number"].rpartition(".")
    return f"{head}{dot}{int(last) + FAR}"
