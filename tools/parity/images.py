"""Every image is pinned to a version and a Debian release; those of the manifest to what it says."""

import re
from collections.abc import Iterator
from functools import cache

from tools.parity.agreement import Agreement
from tools.parity.facts import Facts
from tools.parity.findings import Claim, Finding, Found, differs
from tools.parity.tree import Text, Tree

FILES = ("Dockerfile", "*/Dockerfile", "*compose*.y*ml", ".github/*.y*ml", ".devcontainer/*.json")
IMAGE = re.compile(
    r"""^\s*FROM\s+(?:--\S+\s+)*(?P<base>[^\s$]+)|--from=(?P<source>[^\s$]+)|"""
    r"""^\s*(?:-\s+)?["']?(?:image|container)["']?\s*:\s*["']?(?:\$\{\w+:-)?(?P<image>[^\s"'#},${]+)""",
    re.MULTILINE | re.IGNORECASE,
)
STAGE = re.compile(r"^\s*FROM\s.*\sAS\s+(\S+)", re.MULTILINE | re.IGNORECASE)
OURS = re.compile(r"golden-core\b")
TAG = re.compile(
    r"(?P<name>[\w./-]+):v?(?P<version>\d[\w.]*)(?:-slim)?(?:-(?P<release>[a-z]+))?(?:@sha256:[0-9a-f]{64})?"
)
# Which facts each image repeats. The others are on their own: pinned, and the same everywhere.
FAMILIES = {
    "python": ("each", "debian"),
    "redis": ("redis", "debian"),
    "postgres": ("postgresql", "debian"),
    "prometheus": ("prometheus",),
    "grafana": ("grafana",),
    "jaeger": ("jaeger",),
}
PINNED = "name a version of digits, never latest"


def of_tree(tree: Tree, facts: Facts) -> Iterator[Found]:
    """Dockerfiles, compose files, workflows and the devcontainer."""
    agreement = Agreement()
    for text, span in references(tree):
        yield from of_image(text, span, facts, agreement)
    names = {text.content[slice(*span)].partition(":")[0].rpartition("/")[2] for text, span in references(tree)}
    for name, (fact, *_) in FAMILIES.items():
        if fact in facts and name not in names:
            mend = "bring it back, or take it out of the manifest"
            yield Finding(facts[fact].spot, f"no image of {name} runs any more", mend)


def references(tree: Tree) -> Iterator[tuple[Text, tuple[int, int]]]:
    """Every image of others that a file names, and where."""
    for text in dict.fromkeys(text for pattern in FILES for text in tree.matching(pattern)):
        yield from ((text, span) for span in named(text))


@cache
def named(text: Text) -> tuple[tuple[int, int], ...]:
    """In one file."""
    stages = set(STAGE.findall(text.content))
    spans = [match.span(match.lastgroup or 0) for match in IMAGE.finditer(text.content)]
    names = [text.content[slice(*span)] for span in spans]
    return tuple(span for span, name in zip(spans, names, strict=True) if name not in stages and not OURS.match(name))


def of_image(text: Text, span: tuple[int, int], facts: Facts, agreement: Agreement) -> Iterator[Claim]:
    """One reference: its version, and its release where it has one."""
    match = TAG.fullmatch(text.content, *span)
    if match is None:
        yield Claim(text, *span, f"the image {text.content[slice(*span)]} is not pinned", PINNED)
        return
    name = match["name"].rpartition("/")[2]
    if name in FAMILIES:
        yield from of_family(text, match, FAMILIES[name], facts)
    else:
        yield agreement.claim(f"the version of {match['name']}", text, match.span("version"))


def of_family(text: Text, match: re.Match[str], names: tuple[str, ...], facts: Facts) -> Iterator[Claim]:
    """Version and release, as the manifest has them; what is not built on Debian has a version only."""
    for group, fact in zip(("version", "release"), (facts.get(name) for name in names), strict=False):
        if fact and match[group] in fact.values:
            yield Claim(text, *match.span(group))
        elif fact:
            span = match.span(group if match[group] else "version")
            said, mend = differs(f"{fact.name} of {match['name']}", match[group] or "nothing", str(fact), fact.spot)
            yield Claim(text, *span, said, mend, fact.spot)
