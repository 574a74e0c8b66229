"""Proves that pyproject.toml, poetry.lock and the exports in requirements/ agree, without Poetry and the network."""

import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.content_hash import content_hash
from tools.lock import EXPORTS
from tools.locked import Locked, packages
from tools.pins import ROOT, NotAPin, Pin, read

SCOPE = """\
golden-core: poetry.lock was resolved from this pyproject.toml (Poetry's own content hash), and each export holds
exactly the locked names, versions and hashes of its groups, for the same Pythons and platforms, and no address.
"""


def main() -> int:
    """Prints every disagreement with its file, or what was proved."""
    found = list(disagreements(ROOT))
    if found:
        print("\n".join([*found, "golden-core: the lock and its copies disagree: make lock"]), file=sys.stderr)
        return 1
    print(SCOPE, end="")
    return 0


def disagreements(root: Path) -> Iterator[str]:
    """Pyproject against lock, then lock against each export."""
    manifest = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    lock = tomllib.loads((root / "poetry.lock").read_text(encoding="utf-8"))
    if content_hash(manifest) != lock["metadata"]["content-hash"]:
        yield "poetry.lock: pyproject.toml has other dependencies than those that were resolved"
    locked = list(packages(lock))
    for name, groups in EXPORTS.items():
        yield from of_an_export(root / "requirements" / name, groups, locked)


def of_an_export(export: Path, groups: Sequence[str], locked: Sequence[Locked]) -> Iterator[str]:
    """Names, versions, hashes and the circumstances under which each is installed."""
    try:
        pins = {(pin.name, pin.version): pin for pin in read(export)}
    except (NotAPin, OSError) as error:
        yield str(error)
        return
    wanted = {(package.name, package.version): package for package in locked if package.belongs_to(groups)}
    for name, version in sorted(pins.keys() ^ wanted.keys()):
        where = "only in the export" if (name, version) in pins else "only in poetry.lock"
        yield f"{export.name}: {name} {version} is {where}"
    for key in sorted(pins.keys() & wanted.keys()):
        yield from of_a_pin(export.name, pins[key], wanted[key], groups)


def of_a_pin(export: str, pin: Pin, package: Locked, groups: Sequence[str]) -> Iterator[str]:
    """One distribution on both sides."""
    if pin.hashes != package.hashes:
        yield f"{export}: {pin.name} {pin.version} has other hashes than in poetry.lock"
    if not package.is_wanted_like(pin.marker, groups):
        yield f"{export}: {pin.name} {pin.version} is for other Pythons or platforms than in poetry.lock"


if __name__ == "__main__":
    sys.exit(main())
