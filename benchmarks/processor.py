"""Seconds of the processor that processes used, with all their children."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tests.chaos.process import parents

TICKS = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> set[int]:
    """A process and everything below it."""
    found, known = {pid}, parents()
    while more := {child for child, parent in known.items() if parent in found} - found:
        found |= more
    return found


def seconds(pids: Iterable[int]) -> float:
    """What they used so far; those that ended count no more."""
    used = 0
    for pid in pids:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used += int(fields[11]) + int(fields[12])
    return used / TICKS
