"""Web, worker and beat under one supervisor, for a machine without containers."""

import os
import signal
import sys
from types import FrameType

import click
import honcho.manager
from honcho.printer import Printer

from core.commands.processes import all_commands
from core.config import Settings
from core.environ import environment_for

INTERRUPTED = 128
FINAL_SECONDS = 2


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
        self._is_stopping = False

    def _start(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        super()._start()

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self.returncode = INTERRUPTED + number
        if self._is_stopping:
            self.kill()
            return
        self._is_stopping = True
        self._system_print("stopping; once more to stop at once\n")
        self.terminate()

    def summary(self) -> str | None:
        """Which process ended by itself, and how; None where a person stopped them."""
        if self._is_stopping:
            return None
        ended = [(name, process.get("returncode")) for name, process in self._processes.items()]
        return next((f"{name} {_how(code)}" for name, code in ended if code == self.returncode), None)


def supervise(settings: Settings) -> int:
    """Run every process until one ends or a person stops them; returns the exit status."""
    honcho.manager.KILL_WAIT = settings.stop_grace + FINAL_SECONDS
    supervisor = Supervisor()
    for name, command in all_commands(settings).items():
        supervisor.add_process(name, f"exec {command}", env=environment_for(sys.stdout))
    supervisor.loop()
    if summary := supervisor.summary():
        click.secho(f"{summary}; its last lines are above. The others were stopped.", fg="red", err=True)
        return supervisor.returncode or 1
    return supervisor.returncode or 0


def _how(code: object) -> str:
    if isinstance(code, int) and code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with exit status {code}"
