"""The flake and its lock belong together, and Nix brings nothing that poetry.lock pins."""

import re
from collections.abc import Iterator

from tools.parity.declared.nix import BUILDERS, TAKEN
from tools.parity.findings import Claim, Finding, Found
from tools.parity.lock import versions
from tools.parity.tree import Spot, Text, Tree

FLAKE, LOCK, PACKAGES = "flake.nix", "flake.lock", "poetry.lock"
INPUT = re.compile(r'\b(?P<name>[\w-]+)\.url\s*=\s*"github:(?P<owner>[\w-]+)/(?P<repo>[\w-]+)/(?P<ref>[\w.-]+)"')
URL = re.compile(r"\burl\s*=")
NODE = re.compile(r'"(?P<key>owner|repo|ref|rev|narHash|lastModified)"\s*:\s*"?(?P<value>[^",\s]+)')
FORMS = {"rev": r"[0-9a-f]{40}", "narHash": r"sha256-[A-Za-z0-9+/]{43}=", "lastModified": r"\d{10}"}
PACKAGE = re.compile(r"\bpkgs\.(?P<name>[a-z][\w-]*)")
# A server there, a client library here.
NAMESAKES = {"redis"}
RELOCK = "nix flake update, and commit flake.lock"


def of_tree(tree: Tree) -> Iterator[Found]:
    """Both files, and the packages that the flake takes."""
    flake, lock = tree.texts.get(FLAKE), tree.texts.get(LOCK)
    if flake is None or lock is None:
        yield Finding(Spot(LOCK if flake else FLAKE, 1), "is missing", "bring it back")
        return
    inputs = list(INPUT.finditer(flake.content))
    if len(inputs) != 1 or len(URL.findall(flake.content)) != 1:
        mend = "keep one input on a released branch: every further one is a further pin"
        yield Finding(Spot(FLAKE, 1), "has not exactly one input of the form github:owner/repo/ref", mend)
    else:
        yield from of_lock(flake, lock, inputs[0])
    yield from of_packages(flake, tree.texts.get(PACKAGES))


def of_lock(flake: Text, lock: Text, source: re.Match[str]) -> Iterator[Found]:
    """Every line of the lock's node against the input, or against its own form."""
    keys = set()
    for match in NODE.finditer(lock.content):
        key, span = match["key"], match.span("value")
        keys.add(key)
        wanted = FORMS.get(key) or re.escape(source[key])
        if re.fullmatch(wanted, match["value"]):
            yield Claim(lock, *span)
        else:
            other = None if key in FORMS else flake.spot(source.start())
            yield Claim(lock, *span, f"{key} {match['value']!r} is not that of the input", RELOCK, other)
    yield from (Claim(flake, *source.span(part)) for part in ("owner", "repo"))
    for key in sorted({"owner", "repo", "ref", *FORMS} - keys):
        yield Finding(Spot(LOCK, 1), f"has no {key}", RELOCK)


def of_packages(flake: Text, packages: Text | None) -> Iterator[Claim]:
    """A second version of a tool is a second opinion."""
    locked = versions(packages).keys() - NAMESAKES if packages else set()
    for match in PACKAGE.finditer(flake.content):
        if match["name"] in locked:
            said = f"{match['name']} is taken from nixpkgs, and poetry.lock pins it"
            yield Claim(flake, *match.span("name"), said, "take it from the environment: make setup installs it")
        elif match["name"] not in TAKEN | BUILDERS:
            said = f"{match['name']} is not among what the shells take from nixpkgs"
            yield Claim(flake, *match.span("name"), said, "declare it in tools/parity/declared/nix.py")
        else:
            yield Claim(flake, *match.span("name"))
