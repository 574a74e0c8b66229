"""Every installed distribution, with a hash of what its RECORD lists, so that the same version is the same files."""

import csv
import hashlib
import re
from collections.abc import Iterator
from importlib.metadata import Distribution
from importlib.metadata import distributions as installed
from pathlib import Path

# Written by the installer, not by the distribution.
MARKS = ("INSTALLER", "REQUESTED", "RECORD", "direct_url.json", "uv_cache.json")


def distributions() -> dict[str, dict[str, str]]:
    """Name, version and hash of each."""
    found = {normalised(each.metadata["Name"]): each for each in installed()}
    return {name: {"version": each.version, "hash": digest(each)} for name, each in sorted(found.items())}


def normalised(name: str) -> str:
    """The one spelling of a name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def digest(distribution: Distribution) -> str:
    """The same for the same wheel, whoever unpacked it and wherever; empty where nothing is recorded."""
    lines = sorted(lines_of(distribution))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def lines_of(distribution: Distribution) -> Iterator[str]:
    """Path and hash of each file that came out of the wheel as it was in it."""
    record = distribution.read_text("RECORD") or ""
    for path, value, *_ in csv.reader(record.splitlines()):
        is_mark = ".dist-info/" in path and path.rpartition("/")[2] in MARKS
        if value and not is_mark and not is_launcher(path, distribution):
            yield f"{path.rpartition('/bin/')[2] if path.startswith('../') else path} {value}"


def is_launcher(path: str, distribution: Distribution) -> bool:
    """A script that the installer wrote: its first line names this environment's interpreter."""
    if not path.startswith("../"):
        return False
    script = Path(str(distribution.locate_file(path)))
    with script.open("rb") as opened:
        return opened.read(2) == b"#!"
