"""Every hook is local and runs what the lock pins: a remote one would bring a version of its own."""

import re
from collections.abc import Iterator

from environment.parity.findings import Claim, Finding, Found
from environment.parity.tree import Spot, Tree

HOOKS = ".pre-commit-config.yaml"
KEY = re.compile(
    r"""^[ \t]*(?:-[ \t]+)?["']?(?P<key>repo|rev|language|entry)["']?\s*:\s*["']?"""
    r"(?P<value>make(?= )|python3 src/environment/tools\.py(?= )|\S*[^\s\"'])",
    re.MULTILINE,
)
NEITHER = "is neither make nor python3 src/environment/tools.py, which runs locked tools"
RULES = {
    "repo": (re.compile("local$"), "is a remote repository of hooks", "make it a hook of the local repository"),
    "rev": (re.compile(r"(?!)"), "is a version beside the lock", "delete it: the lock pins the tool"),
    "language": (re.compile("system$"), "installs a tool of its own", "write system"),
    "entry": (
        re.compile(r"make$|python3 src/environment/tools\.py$"),
        NEITHER,
        "call one of the two",
    ),
}


def of_tree(tree: Tree) -> Iterator[Found]:
    """The four keys that could bring another version."""
    text = tree.texts.get(HOOKS)
    if text is None:
        yield Finding(Spot(HOOKS, 1), "is missing", "bring it back")
        return
    for match in KEY.finditer(text.content):
        rule, said, mend = RULES[match["key"]]
        well = rule.match(match["value"]) is not None
        told = "" if well else f"{match['key']} {match['value']!r} {said}"
        yield Claim(text, *match.span("value"), told, "" if well else mend)
