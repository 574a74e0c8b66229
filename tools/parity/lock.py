"""The lock is that of pyproject.toml: the whole by Poetry's own mark, each range by the version that was locked."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache

from tools.content_hash import content_hash
from tools.parity.findings import Claim, Finding, Found
from tools.parity.ranges import allows
from tools.parity.tree import Spot, Text, Tree

MANIFEST, LOCK = "pyproject.toml", "poetry.lock"
REQUIREMENT = re.compile(r"""["'](?P<name>[A-Za-z][\w.-]*)(?:\[[\w,-]+\])? \((?P<range>[^)"']+)\)["']""")
LOCKED = re.compile(r'^name = "(?P<name>[^"]+)"\nversion = "(?P<version>[^"]+)"', re.MULTILINE)
HASH = re.compile(r'^content-hash = "(?P<hash>[^"]+)"', re.MULTILINE)
TESTED = re.compile(r"""^minversion\s*=\s*["'](?P<version>[\d.]+)["']""", re.MULTILINE)
RELOCK = "make lock"


def of_tree(tree: Tree) -> Iterator[Found]:
    """Each range, then the whole."""
    manifest, lock = tree.texts.get(MANIFEST), tree.texts.get(LOCK)
    if manifest is None or lock is None:
        yield Finding(Spot(LOCK if manifest else MANIFEST, 1), "is missing", "bring it back")
        return
    yield from (of_requirement(manifest, match, lock) for match in REQUIREMENT.finditer(manifest.content))
    yield from of_pytest(manifest)
    yield from of_hash(manifest, lock)


def of_requirement(manifest: Text, match: re.Match[str], lock: Text) -> Claim:
    """The locked version lies in the range."""
    span, name, locked = match.span("range"), match["name"].lower(), versions(lock)
    if name not in locked:
        return Claim(manifest, *span, f"{name} is not locked", RELOCK, Spot(LOCK, 1))
    version = locked[name]["version"]
    if allows(match["range"], version):
        return Claim(manifest, *span)
    said = f"{name} {version} is locked, which {match['range']!r} does not allow"
    return Claim(manifest, *span, said, RELOCK, lock.spot(locked[name].start("version")))


def of_pytest(manifest: Text) -> Iterator[Claim]:
    """The oldest pytest that may run is the oldest that may be locked."""
    least = next((match for match in REQUIREMENT.finditer(manifest.content) if match["name"] == "pytest"), None)
    for match in TESTED.finditer(manifest.content):
        well = least is not None and least["range"].startswith(f">={match['version']},")
        other = manifest.spot(least.start("range")) if least and not well else None
        said = "" if well else f"pytest {match['version']} is not the least of the range"
        yield Claim(manifest, *match.span("version"), said, "" if well else "write the same in both", other)


@cache
def resolved(manifest: Text) -> str:
    """The mark that a lock of this manifest would bear."""
    return content_hash(tomllib.loads(manifest.content))


@cache
def mark(lock: Text) -> re.Match[str] | None:
    """The mark that the lock bears."""
    return HASH.search(lock.content)


@cache
def versions(lock: Text) -> dict[str, re.Match[str]]:
    """Every locked package."""
    return {match["name"]: match for match in LOCKED.finditer(lock.content)}


def of_hash(manifest: Text, lock: Text) -> Iterator[Found]:
    """Poetry's mark of what it resolved."""
    try:
        wanted = resolved(manifest)
    except (tomllib.TOMLDecodeError, KeyError) as error:
        yield Finding(Spot(MANIFEST, 1), f"cannot be read: {error}", "mend its form")
        return
    match = mark(lock)
    if match is None or match["hash"] != wanted:
        spot = lock.spot(match.start() if match else 0)
        place = manifest.spot(max(manifest.content.find("\ndependencies"), 0) + 1)
        yield Finding(spot, "was resolved from other requirements than stand in pyproject.toml", RELOCK, place)
    if match:
        yield Claim(lock, *match.span("hash"))
