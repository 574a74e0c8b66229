"""The exported lock, read: what is pinned, for whom, and by which hashes."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEVELOPMENT = ROOT / "requirements" / "dev.txt"
LINE = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>\S+)(?: ; (?P<marker>.*))?$")


@dataclass(frozen=True)
class Pin:
    """One distribution of an exported lock."""

    name: str
    version: str
    marker: str
    hashes: frozenset[str]

    def requirement(self) -> str:
        """The line as pip wants it, hashes included."""
        marker = f" ; {self.marker}" if self.marker else ""
        hashes = "".join(f" --hash={value}" for value in sorted(self.hashes))
        return f"{self.name}=={self.version}{marker}{hashes}\n"


class NotAPin(ValueError):
    """A line of an export that is neither a pin nor a hash."""


def read(export: Path) -> list[Pin]:
    """Every pin of an export; a name may come twice, for different Pythons."""
    lines = export.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return [parse(line, f"{export}:{number}") for number, line in enumerate(lines, start=1) if line.strip()]


def parse(line: str, place: str) -> Pin:
    """One logical line; raises NotAPin for addresses, options and ranges."""
    head, *hashes = re.split(r"\s+--hash=", line)
    match = LINE.match(head.strip())
    if match is None:
        raise NotAPin(f"{place}: expected name==version, marker and hashes, found {head.strip()!r}: make lock")
    marker = match["marker"] or ""
    return Pin(match["name"], match["version"], marker.strip(), frozenset(value.strip() for value in hashes))
