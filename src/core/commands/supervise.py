"""Web, worker and beat under one supervisor, for a machine without containers."""

import os
import signal
import sys
import time
from collections.abc import Mapping
from types import FrameType

import click
import honcho.manager
from honcho.printer import Printer

from core.environ import environment_for

INTERRUPTED = 128
FINAL_SECONDS = 2
START_SECONDS = 0.1


class MainProcessOnly(honcho.manager.ProcessManager):
    """Asks the main process of a group to end, and leaves its children to it: they have work to finish."""

    def terminate(self, pid: int) -> None:
        """Send SIGTERM to the process, not to its group."""
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            return


class Supervisor(honcho.manager.Manager):
    """Honcho's manager: a second signal ends everything at once, and so does a closed terminal the first time."""

    def __init__(self) -> None:
        super().__init__(Printer(sys.stdout, time_format=""))
        self._procmgr = MainProcessOnly()
        self._deadline: float | None = None

    def _start(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGALRM, self._go_on)
        super()._start()

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self.returncode = INTERRUPTED + number
        if self._deadline is None:
            self._deadline = time.monotonic() + honcho.manager.KILL_WAIT
            self._system_print("stopping; once more to stop at once\n")
        else:
            self._deadline = time.monotonic()
        self._go_on()

    def _go_on(self, *_signal: object) -> None:
        # Honcho counts the grace from the first process that ended, and knows a process's id a moment after its start.
        left = (self._deadline or 0) - time.monotonic()
        if not self._all_started():
            signal.setitimer(signal.ITIMER_REAL, START_SECONDS)
        elif left > 0:
            self.terminate()
            signal.setitimer(signal.ITIMER_REAL, left)
        else:
            self.kill()

    def summary(self) -> str | None:
        """Which process ended by itself, and how; None where a person stopped them."""
        if self._deadline is not None:
            return None
        ended = [(name, process.get("returncode")) for name, process in self._processes.items()]
        return next((f"{name} {_how(code)}" for name, code in ended if code == self.returncode), None)


def supervise(commands: Mapping[str, str], grace: float) -> int:
    """Run every process until one ends or a person stops them; returns the exit status."""
    honcho.manager.KILL_WAIT = grace + FINAL_SECONDS
    supervisor = Supervisor()
    for name, command in commands.items():
        supervisor.add_process(name, f"exec {command}", env=environment_for(sys.stdout))
    supervisor.loop()
    if summary := supervisor.summary():
        click.secho(f"{summary}; its last lines are above. The others were stopped.", fg="red", err=True)
        code = supervisor.returncode or 1
        return INTERRUPTED - code if code < 0 else code
    return supervisor.returncode or 0


def _how(code: object) -> str:
    if isinstance(code, int) and code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with exit status {code}"
