"""Says how two fingerprints differ, and fails where a difference is not allowed with its reason."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.fingerprint.allowed import ALLOWED, Allowance, NoReason, read
from tools.fingerprint.differences import WRITE, Difference, NotAFingerprint, differences, load

TEACHING = """\
The allowed differences stand in tools/fingerprint/allowed.toml, each with the ways in between which it is
allowed and with its reason. Whoever has a good reason adds it there.
"""


def main(arguments: Sequence[str]) -> int:
    """0 where the two are the same or differ as allowed, 2 where they cannot be compared."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=TEACHING)
    parser.add_argument("first")
    parser.add_argument("second")
    parser.add_argument("--allowed", type=Path, default=ALLOWED, help="another file of allowed differences")
    asked = parser.parse_args(arguments)
    try:
        return compared(asked.first, asked.second, asked.allowed)
    except (NotAFingerprint, NoReason) as trouble:
        print(f"golden-core: {trouble}", file=sys.stderr)
        return 2


def compared(one: str, other: str, allowed: Path) -> int:
    """The exit status; raises NotAFingerprint where make was not told what to compare, or something else."""
    if not one or not other:
        both = "make fingerprint-compare A=one.json B=other.json"
        raise NotAFingerprint(f"name two fingerprints, {both}; {WRITE} one.json")
    first, second = load(Path(one)), load(Path(other))
    ways = (str(first["way"]), str(second["way"]))
    return told(ways, differences(first, second), read(allowed, ways))


def told(ways: tuple[str, str], found: Sequence[Difference], allowances: Sequence[Allowance]) -> int:
    """First what is wrong, then what is allowed and why."""
    wrong = [each for each in found if not any(allowance.covers(each) for allowance in allowances)]
    for each in wrong:
        print(f"{each.what}: {each.first or 'missing'} ({ways[0]}), {each.second or 'missing'} ({ways[1]})")
    for allowance in allowances:
        covered = [each.what for each in found if allowance.covers(each)]
        if covered:
            print(f"allowed: {len(covered)} of {allowance.what}: {allowance.reason}")
    print(f"golden-core: {ways[0]} and {ways[1]} differ in {len(found)} things, {len(wrong)} of them not allowed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
