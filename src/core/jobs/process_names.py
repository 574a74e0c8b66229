"""The names of worker processes, from which other processes of the same machine can tell that one is gone."""

import socket
from dataclasses import dataclass
from pathlib import Path
from uuid import getnode

from core.observability.liveness import is_process_gone

PROCESS_NAMESPACE = Path("/proc/self/ns/pid")
BOOT = Path("/proc/sys/kernel/random/boot_id")
# The names of processes are stored in a column of 200 characters.
HOST_LENGTH, BOOT_LENGTH = 100, 12


@dataclass(frozen=True)
class Machine:
    """Where process ids are unique: one machine since its boot, and on Linux one PID namespace of it."""

    name: str

    def worker(self, main: int) -> str:
        """The name of a worker, given the id of its main process."""
        return f"{self.name}/{main}"

    def processes(self, main: int) -> str:
        """The prefix of the names of a worker's processes, which no other worker's have."""
        return f"{self.worker(main)}-"

    def process(self, main: int, child: int) -> str:
        """The name of a worker's process that runs jobs."""
        return f"{self.processes(main)}{child}"

    def is_gone(self, process: str) -> bool:
        """Whether a named process ran on this machine and does not exist any more; False if it ran on another one."""
        machine, _, ids = process.rpartition("/")
        pid = ids.rpartition("-")[2]
        return machine == self.name and pid.isdecimal() and is_process_gone(int(pid))


def this_machine(boot: Path = BOOT) -> Machine:
    """The machine on which this process runs."""
    try:
        namespace = PROCESS_NAMESPACE.readlink().name
    except OSError:
        namespace = ""
    host = socket.gethostname()[:HOST_LENGTH]
    return Machine(f"{host}{namespace.removeprefix('pid:')}@{_boot_id(boot)}")


def _boot_id(boot: Path) -> str:
    # Two machines may have the same host name, and outside of containers also the same PID namespace.
    try:
        boot_id = boot.read_text("ascii").strip().replace("-", "")
    except OSError:
        boot_id = f"{getnode():012x}"
    return boot_id[:BOOT_LENGTH]
