"""Real processes of the service, which are killed at the end of the test."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.config import Settings
from core.environ import variables
from core.testing.waiting import PATIENCE
from tests.architecture.rules import ROOT


@dataclass(frozen=True)
class Running:
    """A process and its output."""

    process: subprocess.Popen[bytes]
    log: Path

    def output(self) -> str:
        """Everything that it has written so far."""
        return self.log.read_text("utf-8", errors="replace")

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal; returns its exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def clean_environment(**values: str) -> dict[str, str]:
    """The environment of the tests without the settings of the service, and with these."""
    kept = {name: value for name, value in os.environ.items() if name not in variables(Settings)}
    return kept | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONWARNINGS": "ignore"} | values


def python(*arguments: str, cwd: Path, **values: str) -> subprocess.CompletedProcess[str]:
    """Run Python until it ends by itself."""
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=cwd, env=clean_environment(**values), capture_output=True, text=True, timeout=PATIENCE, check=False
    )


@contextmanager
def running(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Iterator[Running]:
    """Run a process in a group of its own, which is killed at the end of the block."""
    log = folder / "output"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield Running(process, log)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
