"""The processor's time of processes with all their children, and a time in which they get none."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGCONT, SIGSTOP

from tests.chaos.process import parents, send

from core.testing.waiting import wait_until

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


@contextmanager
def standing_still(pid: int) -> Iterator[None]:
    """A process and all below it do nothing within the block."""
    try:
        wait_until(lambda: _stop(pid), what="the processes standing still")
        yield
    finally:
        send(SIGCONT, sorted(tree(pid)))


def _stop(pid: int) -> bool:
    # One that was just starting a child has done so before it stands still, so that one look is not enough.
    pids = tree(pid)
    send(SIGSTOP, sorted(pids))
    return all(_is_stopped(each) for each in pids) and tree(pid) == pids


def _is_stopped(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    except OSError:
        return True
