"""Web, worker and beat under one supervisor, for a machine without containers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click

from core.commands import watchdog
from core.commands.output import Output
from core.environ import environment_for

SIGNALLED = 128
HANGUP = SIGNALLED + signal.SIGHUP
FINAL_SECONDS = 2
REPEAT_SECONDS = 1
TICK_SECONDS = 0.1
# Each process tells the watchdog its id before it becomes the program, so that the watchdog misses none.
REGISTER = ("/bin/sh", "-c", 'echo $$ >&0; exec "$@" </dev/null', "sh")


@dataclass(frozen=True)
class Ending:
    """Why the processes are stopped, and the exit status; a failure if no person asked for it."""

    reason: str
    status: int
    is_failure: bool = False


class StopSignals:
    """The signals that request a stop: the first within the grace period, the second at once."""

    def __init__(self) -> None:
        self.first: int | None = None
        self.is_repeated = False
        self._since = 0.0

    def connect(self) -> None:
        """Receive the signals. SIGHUP stays ignored under nohup, which keeps a program running without a terminal."""
        for number in watchdog.SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self)

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        """Note a signal."""
        if self.first is None:
            self.first, self._since = number, time.monotonic()
        elif number != signal.SIGHUP:
            # make and timeout repeat a SIGTERM that the whole group received; only a later one is a second request.
            is_late = time.monotonic() - self._since > REPEAT_SECONDS
            self.is_repeated = self.is_repeated or number == signal.SIGINT or is_late


class Supervisor:
    """Runs processes until one of them ends, a signal arrives, or the terminal or the parent process is gone."""

    def __init__(self, commands: Mapping[str, Sequence[str]], grace: float, parent: int | None) -> None:
        self._parent = parent
        self._signals = StopSignals()
        self._output = Output(sys.stdout, list(commands))
        pipes = {name: os.pipe() for name in commands}
        self._watchdog = _start_watchdog(grace + FINAL_SECONDS, [reader for reader, _ in pipes.values()])
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        for name, (reader, writer) in pipes.items():
            self._output.add(name, reader)
            self._processes[name] = _start(commands[name], self._watchdog, writer)
            os.close(writer)

    def run(self) -> Ending:
        """Wait until the processes must stop, stop them, and return why."""
        self._signals.connect()
        while (ending := self._ending()) is None:
            self._output.copy(TICK_SECONDS)
        self._output.say(f"{ending.reason}; stopping (press Ctrl-C again to stop at once)")
        self._stop()
        return ending

    def _ending(self) -> Ending | None:
        if self._signals.first is not None:
            return Ending(signal.Signals(self._signals.first).name, SIGNALLED + self._signals.first)
        if self._output.is_lost():
            return Ending("the terminal is closed", HANGUP)
        if self._parent is not None and os.getppid() != self._parent:
            return Ending("the process that started this one has ended", HANGUP)
        codes = {name: process.poll() for name, process in (self._processes | {"watchdog": self._watchdog}).items()}
        return next((_ended(name, code) for name, code in codes.items() if code is not None), None)

    def _stop(self) -> None:
        # The watchdog stops the processes when its input ends: that is tried at every stop, not only after a kill -9.
        if self._watchdog.stdin is not None:
            self._watchdog.stdin.close()
        while not self._are_over():
            self._output.copy(TICK_SECONDS)
            if self._signals.is_repeated or self._watchdog.poll() is not None:
                self._kill()
        deadline = time.monotonic() + FINAL_SECONDS
        while self._output.copy(TICK_SECONDS) and time.monotonic() < deadline:
            pass

    def _are_over(self) -> bool:
        # Every one is polled: the watchdog takes a process for alive until its exit status has been read.
        return None not in [process.poll() for process in (self._watchdog, *self._processes.values())]

    def _kill(self) -> None:
        for process in self._processes.values():
            watchdog.send_to_group(process.pid, signal.SIGKILL)


def supervise(commands: Mapping[str, Sequence[str]], grace: float, parent: int | None = None) -> int:
    """Run the processes until one of them ends or a person stops them; returns the exit status.

    They get `grace` seconds to finish their work. If `parent` is given, the end of that process stops them, too.
    """
    ending = Supervisor(commands, grace, parent).run()
    if ending.is_failure:
        with suppress(OSError):
            click.secho(f"{ending.reason}; its last lines are above. The others were stopped.", fg="red", err=True)
    return ending.status


def parent_to_watch(*, is_forced: bool) -> int | None:
    """The process whose end stops the service: what started it, if it waits for it.

    None in the background: under nohup, in a session of its own (setsid, systemd), or after `&`.
    """
    is_ignoring = signal.SIG_IGN in (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGHUP))
    is_background = is_ignoring or os.getsid(0) == os.getpid() or _is_background_job()
    return None if is_background and not is_forced else os.getppid()


def _is_background_job() -> bool:
    try:
        with Path("/dev/tty").open("rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) != os.getpgrp()
    except OSError:
        return False


def _start_watchdog(grace: float, outputs: Sequence[int]) -> subprocess.Popen[bytes]:
    arguments = map(str, (os.getpid(), grace, *outputs))
    return subprocess.Popen(
        [sys.executable, "-I", watchdog.__file__, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=outputs,
        start_new_session=True,
    )


def _start(command: Sequence[str], registry: subprocess.Popen[bytes], output: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*REGISTER, *command],
        stdin=registry.stdin,
        stdout=output,
        stderr=output,
        env=environment_for(sys.stdout),
        start_new_session=True,
    )


def _ended(name: str, code: int) -> Ending:
    if code < 0:
        return Ending(f"{name} was killed by {signal.Signals(-code).name}", SIGNALLED - code, is_failure=True)
    return Ending(f"{name} ended with exit status {code}", code or 1, is_failure=True)
