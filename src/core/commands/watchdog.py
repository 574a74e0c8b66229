"""The watchdog of `manage.py run`: stops the processes when their supervisor stops or ends, even by SIGKILL.

The supervisor starts it as a program of its own, with the ids of the processes on its standard input, one a line.
The end of that input is the request to stop: the kernel closes it, however the supervisor ends. Only the standard
library is imported, so that the watchdog costs little memory.
"""

import os
import select
import signal
import sys
import time
from collections.abc import Iterable

TICK_SECONDS = 0.05
READ_BYTES = 65_536
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def send(pid: int, number: int) -> bool:
    """Send a signal to a process; False if there is no such process. 0 only asks."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def send_to_group(pid: int, number: int) -> bool:
    """Send a signal to a process and everything that it started; False if nothing of it is left. 0 only asks."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):  # macOS refuses a signal to a group of zombies
        return False
    return True


class Outputs:
    """The processes' output, which the watchdog reads and drops once the supervisor is gone.

    A process that writes to a pipe without a reader would fail instead of finishing its work.
    """

    def __init__(self, supervisor: int, files: Iterable[int]) -> None:
        self._supervisor = supervisor
        self._files = set(files)

    def drop(self) -> None:
        """Wait a little, and drop what is written meanwhile."""
        orphaned = os.getppid() != self._supervisor
        for file in select.select(self._files if orphaned else (), (), (), TICK_SECONDS)[0]:
            if not os.read(file, READ_BYTES):
                self._files.remove(file)


def stop(pids: set[int], grace: float, outputs: Outputs) -> None:
    """Stop the processes: SIGTERM, then SIGKILL for what is left after the grace period, in seconds."""
    deadline = time.monotonic() + grace
    # The main process alone: it stops its children itself, because they have work to finish.
    led = {pid for pid in pids if send(pid, signal.SIGTERM)}
    leaderless = pids - led
    while any(send_to_group(pid, 0) for pid in pids) and time.monotonic() < deadline:
        for pid in leaderless:
            send_to_group(pid, signal.SIGTERM)
        leaderless = {pid for pid in led if not send(pid, 0)}
        led -= leaderless
        outputs.drop()
    for pid in pids:
        send_to_group(pid, signal.SIGKILL)


def main(supervisor: int, grace: float, *outputs: int) -> None:
    """Wait for the supervisor's end, then stop its processes."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    pids = {int(line) for line in sys.stdin}
    stop(pids, grace, Outputs(supervisor, outputs))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), *map(int, sys.argv[3:]))
