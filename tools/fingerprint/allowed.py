"""The differences that may be, each with its reason, from one file."""

import fnmatch
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.fingerprint.differences import Difference

ALLOWED = Path(__file__).parent / "allowed.toml"


@dataclass(frozen=True)
class Allowance:
    """What may differ, by the pattern of its dotted name, and why."""

    what: str
    reason: str
    only_missing: bool

    def covers(self, difference: Difference) -> bool:
        """Whether it is about this, and of this kind."""
        is_missing = not (difference.first and difference.second)
        return fnmatch.fnmatchcase(difference.what, self.what) and (is_missing or not self.only_missing)


class NoReason(ValueError):
    """An allowance that does not say why."""


def read(file: Path, ways: tuple[str, str]) -> Sequence[Allowance]:
    """Those that hold between these two ways in; raises NoReason."""
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["allowed"]
    if not all(entry.get("reason") for entry in entries):
        raise NoReason(f"{file}: every allowed difference needs its reason")
    valid = [entry for entry in entries if not {*entry.get("ways", ways)}.isdisjoint(ways)]
    return [
        Allowance(what, entry["reason"], entry.get("only-missing", False)) for entry in valid for what in entry["what"]
    ]
