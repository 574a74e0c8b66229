"""Every verb of make that anything names exists, one by one or in a list of them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from tools.parity.declared.others import is_something_else
from tools.parity.declared.verbs import ENGLISH, LISTS, MODULES
from tools.parity.findings import Claim, Finding, Found
from tools.parity.markdown import code, remarks
from tools.parity.tree import Text, Tree

MAKEFILE = "Makefile"
TARGET = re.compile(r"^([a-z0-9-]+):(?!=)", re.MULTILINE)
PHONY = re.compile(r"^\.PHONY:(.*)$", re.MULTILINE)
# Several verbs in one command end like a command; in a sentence only the first word is a verb.
END = r"\s*(?:$|[&|;<>)\"'`]|[A-Z_]+=)"
NAMED = re.compile(
    r"(?<![\w./-])make (?:-C \S+ |-\S+ )*+"
    rf"([a-z][a-z0-9-]*+(?:(?: [a-z][a-z0-9-]*+)+(?={END}))?+)(?![\w=(./])",
    re.MULTILINE,
)
REMARKED = re.compile(rf"(?<![\w./-])make (?!(?:{'|'.join(ENGLISH)}|[a-z]+s)\b)([a-z][a-z0-9-]*+)(?![\w=(./])")
WORD = re.compile(r"[a-z][a-z0-9-]*")
TOOLS = "tools"


def of_tree(tree: Tree) -> Iterator[Found]:
    """Documents, hooks, workflows, images, the flake and the Makefile itself."""
    makefile = tree.texts.get(MAKEFILE)
    verbs = set(TARGET.findall(makefile.content)) if makefile else set()
    for text in tree.written:
        for span in named(text):
            yield judged(Claim(text, *span), verbs, "the Makefile has no verb {!r}")
    yield from tools(tree)
    yield from phony(makefile) if makefile else ()


def tools(tree: Tree) -> Iterator[Claim]:
    """What a verb calls of our own."""
    known = modules(tree)
    for file, pattern in MODULES:
        for text in tree.matching(file):
            for span in words(text, pattern):
                yield judged(Claim(text, *span), known, f"{TOOLS} has no tool {{!r}}")


@cache
def named(text: Text) -> tuple[tuple[int, int], ...]:
    """Where verbs stand in one file."""
    commands = [match for region in code(text) for match in NAMED.finditer(text.content, *region)]
    commands += [match for region in remarks(text) for match in REMARKED.finditer(text.content, *region)]
    kept = [match for match in commands if not is_something_else(text, match.start())]
    spans = [word.span() for match in kept for word in WORD.finditer(text.content, *match.span(1))]
    listed = [span for file, pattern in LISTS if file in text.path for span in words(text, pattern)]
    return tuple(dict.fromkeys([*spans, *listed]))


@cache
def words(text: Text, pattern: str) -> tuple[tuple[int, int], ...]:
    """Each word of what the pattern's group holds."""
    matches = list(re.finditer(pattern, text.content, re.MULTILINE))
    return tuple(word.span() for match in matches for word in WORD.finditer(text.content, *match.span(1)))


def judged(claim: Claim, known: set[str], said: str) -> Claim:
    """The word, if it is known."""
    well = claim.value in known
    return claim if well else replace(claim, said=said.format(claim.value), mend="name one that exists, or add it")


def modules(tree: Tree) -> set[str]:
    """The tools that a verb may call."""
    names = [name.removeprefix(f"{TOOLS}/") for name in tree.names if name.startswith(f"{TOOLS}/")]
    return {name.removesuffix(".py").replace("_", "-") for name in names if "/" not in name}


def phony(makefile: Text) -> Iterator[Finding]:
    """A verb that is no file is declared as one, so that a file of its name cannot hide it."""
    declared = {name: match.start() for match in PHONY.finditer(makefile.content) for name in match[1].split()}
    written = {match[1]: match.start() for match in TARGET.finditer(makefile.content)}
    for name in sorted(declared.keys() ^ written.keys()):
        said = f"the verb {name} is not .PHONY" if name in written else f"there is no rule for {name}, which is .PHONY"
        yield Finding(makefile.spot({**declared, **written}[name]), said, "write the same in both")
