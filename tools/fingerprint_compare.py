"""Prints how two fingerprints differ; fails if a difference is not allowed."""

import argparse
import fnmatch
import json
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

EPILOG = """\
tools/fingerprint_allowed.toml lists the allowed differences, each with the environments that it applies to and with
its reason. Add a new one there.
"""
ALLOWED = Path(__file__).with_name("fingerprint_allowed.toml")
WRITE = "write one with make --silent fingerprint > <file>, then make fingerprint-compare A=<file> B=<file>"


def main(arguments: Sequence[str]) -> int:
    """0 if the two are the same or differ as allowed, 1 if not, 2 if they cannot be compared."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=EPILOG)
    parser.add_argument("files", nargs=2, help="two fingerprints")
    files = parser.parse_args(arguments).files
    try:
        first, second = (dict(values(json.loads(Path(file).read_text(encoding="utf-8")))) for file in files)
        ways = first.pop("way"), second.pop("way")
    except (OSError, ValueError, AttributeError, KeyError):
        print(f"golden-core: {files[0]!r} or {files[1]!r} is no fingerprint: {WRITE}", file=sys.stderr)
        return 2
    both = {name: (first.get(name, ""), second.get(name, "")) for name in sorted(first | second)}
    return report(ways, {name: pair for name, pair in both.items() if pair[0] != pair[1]})


def values(fingerprint: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Each value by its dotted name, except the list of what is missing: it follows from the others."""
    for name, value in fingerprint.items():
        if isinstance(value, dict):
            yield from values(value, f"{prefix}{name}.")
        elif name != "missing":
            yield prefix + name, str(value)


def report(ways: tuple[str, str], found: Mapping[str, tuple[str, str]]) -> int:
    """Print what is not allowed, and why the rest is; returns the exit status."""
    wrong = dict(found)
    for entry in tomllib.loads(ALLOWED.read_text(encoding="utf-8"))["allowed"]:
        covered = [] if {*entry.get("ways", ways)}.isdisjoint(ways) else [*filter_allowed(entry, found)]
        if covered:
            print(f"allowed: {len(covered)} of {', '.join(entry['what'])}: {entry['reason']}")
        wrong = {name: pair for name, pair in wrong.items() if name not in covered}
    for name, pair in wrong.items():
        print(f"{name}: {pair[0] or 'missing'} ({ways[0]}), {pair[1] or 'missing'} ({ways[1]})")
    print(f"golden-core: {ways[0]} and {ways[1]} differ in {len(found)} values, {len(wrong)} of them not allowed")
    return 1 if wrong else 0


def filter_allowed(entry: Mapping[str, Sequence[str]], found: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """The names of the differences that an entry of the file allows."""
    for name, pair in found.items():
        if any(fnmatch.fnmatchcase(name, what) for what in entry["what"]) and not (
            "only-missing" in entry and all(pair)
        ):
            yield name
