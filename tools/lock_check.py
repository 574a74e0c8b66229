"""Proves that pyproject.toml, poetry.lock and requirements/ agree; needs no network."""

import argparse
import os
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from tools.content_hash import content_hash
from tools.lock import EXPORTS, PRIVATE, export, private_poetry, run
from tools.pins import ROOT, NotAPin, read

EPILOG = """\
Without Poetry it compares the content hash of poetry.lock with pyproject.toml, and names, versions and hashes of the
exports with poetry.lock. With Poetry (--poetry, or that of make lock, which CI=true installs) it also compares each
export with a fresh one, markers included.
"""


def main(arguments: Sequence[str]) -> int:
    """Prints every disagreement with its file."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=EPILOG)
    parser.add_argument("--poetry", default="", help="the Poetry to use")
    poetry = parser.parse_args(arguments).poetry or str(PRIVATE / "bin" / "poetry")
    if os.environ.get("CI", "").lower() in {"1", "true"} and not shutil.which(poetry):
        poetry = private_poetry(PRIVATE, ROOT / "requirements" / "lock.txt")
    found = list(disagreements(ROOT)) or list(outdated(poetry) if shutil.which(poetry) else ())
    if found:
        print("\n".join([*found, "golden-core: the lock and its exports disagree: make lock"]), file=sys.stderr)
        return 1
    print(f"golden-core: pyproject.toml, poetry.lock and {', '.join(EXPORTS)} agree")
    if not shutil.which(poetry):
        print("golden-core: markers were not compared, because that needs Poetry: make lock-check CI=true")
    return 0


def disagreements(root: Path) -> Iterator[str]:
    """What can be compared without Poetry."""
    manifest = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    lock = tomllib.loads((root / "poetry.lock").read_text(encoding="utf-8"))
    if content_hash(manifest) != lock["metadata"]["content-hash"]:
        yield "poetry.lock: it was resolved from other dependencies than those of pyproject.toml"
    locked = [(set(entry["groups"]), entry["name"], entry["version"], entry["files"]) for entry in lock["package"]]
    for export_name, groups in EXPORTS.items():
        wanted = {
            (canonicalize_name(name), version, frozenset(file["hash"] for file in files))
            for wanted_by, name, version, files in locked
            if wanted_by & set(groups)
        }
        try:
            exported = {(pin.name, pin.version, pin.hashes) for pin in read(root / "requirements" / export_name)}
        except (NotAPin, OSError) as error:
            yield str(error)
        else:
            differ = sorted({f"{name} {version}" for name, version, _ in exported ^ wanted})
            yield from (f"requirements/{export_name}: {each} differs from poetry.lock" for each in differ)


def outdated(poetry: str) -> Iterator[str]:
    """Exports that differ from fresh ones."""
    with tempfile.TemporaryDirectory() as folder:
        for name in EXPORTS:
            fresh = Path(folder, name)
            if run(poetry, export(name, str(fresh))):
                yield f"requirements/{name}: Poetry cannot export it"
            elif fresh.read_bytes() != (ROOT / "requirements" / name).read_bytes():
                yield f"requirements/{name}: it differs from a fresh export"
