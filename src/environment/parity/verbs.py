"""Every verb of make that anything names exists."""

import re
from collections.abc import Iterator

from environment.parity.declared.others import is_something_else
from environment.parity.findings import Claim, Found
from environment.parity.markdown import code
from environment.parity.tree import Tree

MAKEFILE = "Makefile"
TARGET = re.compile(r"^([a-z0-9-]+):", re.MULTILINE)
NAMED = re.compile(r"(?<![\w./-])make (?:-C \S+ |-\S+ )*+(?!-)([a-z][a-z0-9-]*)")


def of_tree(tree: Tree) -> Iterator[Found]:
    """Documents, hooks, workflows, images, the flake and the Makefile itself."""
    makefile = tree.texts.get(MAKEFILE)
    verbs = set(TARGET.findall(makefile.content)) if makefile else set()
    for text in tree.written:
        for region in code(text):
            for match in NAMED.finditer(text.content, *region):
                if is_something_else(text, match.start()):
                    continue
                known = match[1] in verbs
                said = "" if known else f"the Makefile has no verb {match[1]!r}"
                yield Claim(text, *match.span(1), said, "" if known else "name one that make help lists")
