"""Two fingerprints, laid side by side."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same on both sides; empty where it is missing."""

    what: str
    first: str
    second: str


WRITE = "write one with make --silent fingerprint >"


class NotAFingerprint(ValueError):
    """A file that make fingerprint has not written."""


def load(file: Path) -> dict[str, object]:
    """A fingerprint as it was written; raises NotAFingerprint."""
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotAFingerprint(f"there is no {file}: {WRITE} {file}") from error
    except (OSError, ValueError) as error:
        raise NotAFingerprint(f"{file} cannot be read as a fingerprint: {WRITE} <file>") from error
    if not isinstance(read, dict) or "way" not in read:
        raise NotAFingerprint(f"{file} is no fingerprint: {WRITE} {file}")
    return read


def differences(first: Mapping[str, object], second: Mapping[str, object]) -> list[Difference]:
    """In the order of their names; which way in it is is no difference."""
    left, right = dict(leaves(first)), dict(leaves(second))
    names = sorted((left.keys() | right.keys()) - {"way"})
    pairs = [Difference(name, left.get(name, ""), right.get(name, "")) for name in names]
    return [pair for pair in pairs if pair.first != pair.second]


def leaves(value: Mapping[str, object], above: str = "") -> Iterator[tuple[str, str]]:
    """Each value by its dotted name; what is missing follows from the rest, a distribution is one thing."""
    for name, below in value.items():
        if isinstance(below, dict) and below.keys() != {"version", "hash"}:
            yield from leaves(below, f"{above}{name}.")
        elif above + name != "missing":
            yield above + name, spoken(below)


def spoken(value: object) -> str:
    """A value in a few words; of a hash as much as a person compares."""
    if isinstance(value, dict):
        return f"{value['version']} {str(value['hash'])[:12]}"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
