"""Every pin of the project, changed one at a time."""

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass

from tools.parity.compare import compare
from tools.parity.facts import Facts, collect
from tools.parity.findings import Finding
from tools.parity.strays import tokens
from tools.parity.tree import Spot, Text, Tree

# Nobody can tell one digest from another; one that is cut short can be told.
DIGEST = re.compile(r"[0-9a-f]{40,}|sha256-\S+|\d{10}")


@dataclass(frozen=True)
class Mutant:
    """One span of one file with another value."""

    text: Text
    start: int
    end: int
    value: str

    @property
    def spot(self) -> Spot:
        """Where parity has to look."""
        return self.text.spot(self.start)

    def findings(self, tree: Tree) -> list[Finding]:
        """What parity says of the tree with this change in it."""
        content = self.text.content
        return compare(tree.with_text(self.text.path, content[: self.start] + self.value + content[self.end :]))[1]

    def __str__(self) -> str:
        return f"{self.spot}: {self.text.content[self.start : self.end]} -> {self.value}"


def mutants(tree: Tree, path: str) -> Iterator[Mutant]:
    """From the spans that parity understands, and from those that merely look like pins."""
    text, facts = tree.texts[path], collect(tree)[0]
    understood = {(claim.start, claim.end) for claim in compare(tree)[0] if claim.text.path == path}
    for start, end in sorted(understood | (set(tokens(text)) if text in tree.written else set())):
        for value in dict.fromkeys(others(text.content[start:end], facts)):
            yield Mutant(text, start, end, value)


def others(value: str, facts: Facts) -> Iterator[str]:
    """A value that nobody has, one that is cut short, and the neighbour that a careless hand would write."""
    if not re.search("[A-Za-z0-9]", value):
        yield f"{value}1"
        return
    last = next(re.finditer(r"[A-Za-z0-9](?=[^A-Za-z0-9]*(?:\.[a-z]+)?$)", value))
    if DIGEST.fullmatch(value):
        yield value[: last.start()] + value[last.end() :]
    elif value.startswith(">="):
        yield ">=99," + value.partition(",")[2]
    else:
        yield value[: last.start()] + after(last[0]) + value[last.end() :]
    if value in facts["each"].values:
        yield facts["beyond"].values[0]


def after(character: str) -> str:
    """Another one of its kind."""
    letters = string.digits if character.isdigit() else string.ascii_letters
    return letters[(letters.index(character) + 1) % len(letters)]
