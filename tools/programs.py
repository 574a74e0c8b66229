"""Runs other programs without the variables that would make them install or import something else."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

FOREIGN = re.compile(r"PYTHON|VIRTUAL_ENV$|__PYVENV_LAUNCHER__$|PIP_|UV_")
# Of pip's and uv's variables those that say how packages are reached; the others say what is installed, and where.
REACH = re.compile(r"INDEX|FIND_LINKS|PROXY|CERT|HOST|TIMEOUT|RETRIES|CACHE|OFFLINE|KEYRING|TLS|PIP_CONFIG_FILE")
Command = Sequence[str | Path]


class Outcome(NamedTuple):
    """The exit status of a program, and everything that it printed if it ran quietly."""

    status: int
    output: str

    @property
    def ok(self) -> bool:
        """Whether it succeeded."""
        return self.status == 0


def run(
    command: Command, more: Mapping[str, str] | None = None, folder: Path | None = None, *, quiet: bool = True
) -> Outcome:
    """Run a program and collect its output; the status is 127 if it cannot be started."""
    terminal, output, errors = (subprocess.DEVNULL, subprocess.PIPE, subprocess.STDOUT) if quiet else (None, None, None)
    try:
        done = subprocess.run(
            command,
            env=environment() | dict(more or {}),
            cwd=folder,
            stdin=terminal,
            stdout=output,
            stderr=errors,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        return Outcome(127, f"golden-core: {command[0]} cannot be started: {error.strerror}")
    return Outcome(done.returncode, done.stdout or "")


def environment() -> dict[str, str]:
    """The variables of this process without foreign ones."""
    return {name: value for name, value in os.environ.items() if not FOREIGN.match(name) or REACH.search(name)}


def show(command: Command, more: Mapping[str, str] | None = None, folder: Path | None = None) -> int:
    """Run a program that prints to the terminal; returns its exit status."""
    status, problem = run(command, more, folder, quiet=False)
    if problem:
        print(problem, file=sys.stderr)
    return status
