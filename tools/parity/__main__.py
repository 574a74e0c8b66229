"""Compares every file that repeats a version, a port, a verb or a name with the place that decides it; no network."""

import sys
import time
from pathlib import Path

from tools.parity.compare import compare
from tools.parity.tree import read
from tools.pins import ROOT


def main(root: Path = ROOT) -> int:
    """Prints every finding, or how much was compared."""
    started = time.perf_counter()
    claims, found = compare(read(root))
    print("".join(f"{finding}\n" for finding in found), end="", file=sys.stderr)
    files = len({claim.text.path for claim in claims})
    took = (time.perf_counter() - started) * 1000
    print(f"golden-core: parity compared {len(claims)} places in {files} files, {len(found)} findings, {took:.0f} ms")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
