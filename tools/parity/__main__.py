"""Compares every name, version and port that files repeat with what defines it; needs no network and no package."""

import sys
import time
from pathlib import Path

from tools.parity.compare import compare
from tools.parity.tree import read
from tools.pins import ROOT


def main(root: Path = ROOT) -> int:
    """Prints every finding, or how much was compared."""
    started = time.perf_counter()
    tree = read(root)
    count, findings = compare(tree)
    print("".join(f"{finding}\n" for finding in findings), end="", file=sys.stderr)
    took = f"{(time.perf_counter() - started) * 1000:.0f} ms"
    print(f"golden-core: parity compared {count} names of {len(tree.texts)} files, {len(findings)} findings, {took}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
