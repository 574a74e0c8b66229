"""The two pipelines run the same verbs, and all that a person runs before a push."""

import re
from collections.abc import Iterator
from functools import cache

from tools.parity.findings import Finding
from tools.parity.tree import Text, Tree
from tools.parity.verbs import WORD

HOSTED, OWN, MAKEFILE = ".github/workflows/check.yml", ".ci/run", "Makefile"
STEPS = {
    HOSTED: r"""\bverb["']?\s*:\s*(\[[^\]]*\]|(?:\n\s*-.*)+)|\brun\s*:\s*["']?make ([a-z][\w-]*)""",
    OWN: r"\bfor verb in ([^;]*);|^\s*step (?:timeout \S+ )?make ([a-z][\w-]*)",
    MAKEFILE: r"^check:([^#\n]*)",
}
# Each job of the one, and the first step of the other, make the environment; every verb does so by itself.
IMPLIED = {"setup"}

Steps = dict[str, int]


def of_tree(tree: Tree) -> Iterator[Finding]:
    """Both ways, where both are there."""
    hosted, own, makefile = (tree.texts.get(path) for path in (HOSTED, OWN, MAKEFILE))
    if hosted and own and makefile:
        yield from lacking(own, hosted)
        yield from lacking(hosted, own)
        yield from lacking(makefile, own)


def lacking(one: Text, other: Text) -> Iterator[Finding]:
    """The verbs that the one runs and the other does not."""
    for verb, offset in steps(one).items():
        if verb not in steps(other).keys() | IMPLIED:
            said = f"make {verb} is run here and not there"
            yield Finding(one.spot(offset), said, "run it in both", other.spot(min(steps(other).values(), default=0)))


@cache
def steps(text: Text) -> Steps:
    """Each verb, and where it stands."""
    matches = re.finditer(STEPS[text.path], text.content, re.MULTILINE)
    regions = [match.span(match.lastindex or 0) for match in matches]
    return {word[0]: word.start() for region in regions for word in WORD.finditer(text.content, *region)}
