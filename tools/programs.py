"""Runs other programs quietly and keeps what they said."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.mends import Place, Trouble, known, unknown

PLACES = ("PIP_TARGET", "PIP_USER", "PIP_PREFIX", "PIP_ROOT")
# What a shell or an activated environment leaves behind would point the tools at other packages than the locked ones.
FOREIGN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__", "PIP_REQUIRE_VIRTUALENV", *PLACES)


@dataclass(frozen=True)
class Outcome:
    """How a program ended and everything it said."""

    well: bool
    output: str

    def trouble(self, place: Place) -> Trouble:
        """The sentence for a program that did not end well."""
        return known(self.output, place) or unknown(self.output, place)


def run(command: Sequence[str], more: Mapping[str, str] | None = None) -> Outcome:
    """Waits for a program; one that cannot be started has not ended well either."""
    try:
        done = subprocess.run(
            command,
            env=surroundings(more or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError:
        return Outcome(well=False, output=f"{command[0]} cannot be started")
    return Outcome(well=done.returncode == 0, output=done.stdout)


def shown(command: Sequence[str], more: Mapping[str, str] | None = None, folder: Path | None = None) -> int:
    """Waits for a program that talks to the person itself; its exit status, or a shell's for one that cannot start."""
    try:
        return subprocess.run(command, env=surroundings(more or {}), cwd=folder, check=False).returncode
    except OSError as error:
        print(f"golden-core: {command[0]} cannot be started: {error.strerror}", file=sys.stderr)
        return 127


def surroundings(more: Mapping[str, str]) -> dict[str, str]:
    """The environment variables of this process without what is foreign, and with some more."""
    return {name: value for name, value in os.environ.items() if name not in FOREIGN} | dict(more)
