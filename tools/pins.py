"""The exported lock: name, version, marker and hashes of each pin."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
DEVELOPMENT = ROOT / "requirements" / "dev.txt"
LINE = re.compile(
    r"(?P<name>[\w.-]+)(?:\[[^]]*\])?==(?P<version>\S+)(?: ; (?P<marker>.*?))?(?P<hashes>(?:\s+--hash=\S+)*)\s*"
)


class Pin(NamedTuple):
    """One distribution of an exported lock, and its line with the hashes."""

    name: str
    version: str
    marker: str
    hashes: frozenset[str]
    line: str


class NotAPin(ValueError):
    """A line of an export that is neither a pin nor a hash: an address, an option or a range."""


def read(export: Path) -> list[Pin]:
    """Every pin of an export; a name may occur twice, for different Pythons. Raises NotAPin."""
    lines = export.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return [parse(line, export) for line in lines if line.strip()]


def parse(line: str, export: Path) -> Pin:
    """One logical line; raises NotAPin."""
    match = LINE.fullmatch(line)
    if match is None:
        raise NotAPin(f"{export}: expected name==version, marker and hashes, found {line.strip()!r}")
    hashes = frozenset(match["hashes"].replace("--hash=", "").split())
    return Pin(match["name"], match["version"], match["marker"] or "", hashes, f"{line}\n")
