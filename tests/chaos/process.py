"""Processes of the service that can be killed, frozen and started again, with their children."""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from core.testing.waiting import wait_until

PROC = Path("/proc")


def parents() -> dict[int, int]:
    """The parent of every process; zombies are left out."""
    found = {}
    for stat in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                found[int(stat.parent.name)] = int(parent)
    return found


def children_of(pid: int) -> list[int]:
    """The children of a process, oldest first."""
    return sorted(child for child, parent in parents().items() if parent == pid)


def living_in(folder: Path) -> list[int]:
    """The processes that work in a folder or below it."""
    found = []
    for link in PROC.glob("[0-9]*/cwd"):
        with suppress(OSError):
            if link.readlink().is_relative_to(folder):
                found.append(int(link.parent.name))
    return found


def send(number: signal.Signals, pids: Sequence[int]) -> None:
    """Send a signal to the processes that still exist."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


@contextmanager
def frozen(pids: Sequence[int]) -> Iterator[None]:
    """Processes that are stopped within the block."""
    send(signal.SIGSTOP, pids)
    try:
        yield
    finally:
        send(signal.SIGCONT, pids)


@dataclass(eq=False)
class Process:
    """One process of the service, in a group of its own."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    ready_word: bytes = b""
    port: int | None = None
    popen: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _log_start: int = field(default=0, init=False)

    @property
    def log(self) -> Path:
        """Its log."""
        return self.folder / f"{self.name}.log"

    def start(self) -> None:
        """Start it, unless it runs."""
        if self.is_alive:
            return
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self.popen = subprocess.Popen(
                self.command, cwd=self.folder, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def wait(self) -> None:
        """Wait until it is ready."""
        wait_until(self._is_ready, what=f"{self.name} ready")

    def _is_ready(self) -> bool:
        if self.port is not None:
            return is_answering(self.port)
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return self.ready_word in log.read()

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.popen is not None and self.popen.poll() is None

    @property
    def pid(self) -> int:
        """The main process's id; raises LookupError if it was never started."""
        if self.popen is None:
            raise LookupError(self.name)
        return self.popen.pid

    @property
    def children(self) -> list[int]:
        """The ids of its children."""
        return children_of(self.popen.pid) if self.popen is not None else []

    def send(self, number: signal.Signals) -> None:
        """Send the main process a signal."""
        if self.popen is not None and self.is_alive:
            self.popen.send_signal(number)

    def kill(self, *, with_children: bool = True) -> None:
        """Kill it and wait until it is gone."""
        if self.popen is None:
            return
        with suppress(ProcessLookupError):
            if with_children:
                os.killpg(self.popen.pid, signal.SIGKILL)
            else:
                self.popen.kill()
        self.popen.wait()

    def end(self, *signals: signal.Signals, within: float) -> tuple[float, list[int]]:
        """Send these signals; returns the seconds until its end (or `within`), and the children that outlive it."""
        began, children = time.monotonic(), self.children
        for number in signals:
            self.send(number)
        if self.popen is not None:
            with suppress(subprocess.TimeoutExpired):
                self.popen.wait(within)
        took = time.monotonic() - began
        with suppress(AssertionError):
            wait_until(lambda: not parents().keys() & set(children), 2, "the children's end")
        return took, sorted(parents().keys() & set(children))


def is_answering(port: int) -> bool:
    """Whether web answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
