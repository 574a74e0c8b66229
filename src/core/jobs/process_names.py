"""The names of worker processes, from which another process of the same machine can tell that one is gone."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from uuid import getnode

PROCESS_NAMESPACE = Path("/proc/self/ns/pid")
BOOT = Path("/proc/sys/kernel/random/boot_id")
LONGEST_HOST, LONGEST_MACHINE = 100, 12  # names of processes have a column of 200 characters


@dataclass(frozen=True)
class Machine:
    """Where process numbers mean something: one machine since it started, and on Linux one PID namespace of it."""

    name: str

    def worker(self, main: int) -> str:
        """The name of a worker, by the number of its main process."""
        return f"{self.name}/{main}"

    def processes(self, main: int) -> str:
        """What the names of a worker's processes begin with, and no other worker's."""
        return f"{self.worker(main)}-"

    def process(self, main: int, child: int) -> str:
        """The name of a process of a worker that runs jobs."""
        return f"{self.processes(main)}{child}"

    def is_gone(self, process: str) -> bool:
        """Whether a named process ran here and does not exist any more; False for one of another place."""
        place, _, numbers = process.rpartition("/")
        number = numbers.rpartition("-")[2]
        if place != self.name or not number.isdecimal():
            return False
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


def this_machine(boot: Path = BOOT) -> Machine:
    """The place where this process runs."""
    try:
        namespace = PROCESS_NAMESPACE.readlink().name
    except OSError:
        namespace = ""
    host = socket.gethostname()[:LONGEST_HOST]
    return Machine(f"{host}{namespace.removeprefix('pid:')}@{_machine(boot)}")


def _machine(boot: Path) -> str:
    # Two machines may have the same host name, and outside of containers the same number for their namespace.
    try:
        machine = boot.read_text("ascii").strip().replace("-", "")
    except OSError:
        machine = f"{getnode():012x}"
    return machine[:LONGEST_MACHINE]
