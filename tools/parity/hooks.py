"""Every hook is local and runs what the lock pins: a remote one would bring a version of its own."""

import re
from collections.abc import Iterator

from tools.parity.findings import Claim, Finding, Found
from tools.parity.tree import Spot, Text, Tree

HOOKS = ".pre-commit-config.yaml"
KEY = re.compile(
    r"""^[ \t]*(?:-[ \t]+)?["']?(?P<key>repo|rev|language|entry)["']?\s*:\s*["']?"""
    r"(?P<value>make(?= )|python3 tools/run\.py(?= )|\S*[^\s\"'])",
    re.MULTILINE,
)
MAKEFILE = "Makefile"
SKIP = re.compile(r"SKIP=[\w,-]+")
ID = re.compile(r"[\w-]+")
VERB = re.compile(r"""- id:\s*["']?(?P<id>[\w-]+)(?:.*\n(?!\s*- id:))*?\s*entry:\s*["']?make """)
NEITHER = "is neither make nor python3 tools/run.py, which runs locked tools"
RULES = {
    "repo": (re.compile("local$"), "is a remote repository of hooks", "make it a hook of the local repository"),
    "rev": (re.compile(r"(?!)"), "is a version beside the lock", "delete it: the lock pins the tool"),
    "language": (re.compile("system$"), "installs a tool of its own", "write system"),
    "entry": (
        re.compile(r"make$|python3 tools/run\.py$"),
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
    for makefile in tree.matching(MAKEFILE):
        yield from skipped(makefile, text)


def skipped(makefile: Text, hooks: Text) -> Iterator[Found]:
    """The lint verb leaves out the hooks that are verbs, all of them and no others."""
    verbs = {match["id"]: match.start("id") for match in VERB.finditer(hooks.content)}
    named = [match.span() for line in SKIP.finditer(makefile.content) for match in ID.finditer(line[0], 5)]
    start = next((line.start() for line in SKIP.finditer(makefile.content)), 0)
    for first, last in named:
        name = makefile.content[start + first : start + last]
        said = "" if name in verbs else f"there is no hook {name!r} that calls make"
        yield Claim(makefile, start + first, start + last, said, said and f"name hooks of {HOOKS}")
    for name in sorted(verbs.keys() - {makefile.content[start + a : start + b] for a, b in named}):
        mend = f"add {name} to SKIP of make lint, which would run the verb twice"
        yield Finding(hooks.spot(verbs[name]), f"the hook {name} calls make and is not left out", mend)
