"""Runs the tests on every supported Python that this machine has, and names the ones that it lacks."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools import interpreters
from tools.programs import shown

TEACHING = """\
Interpreters are looked for on the search path and under pyenv, activated or not. A missing one is named and left
out; where CI=true it is an error, unless it is declared: MATRIX_ABSENT="3.14". One that is there runs, declared or
not. What follows -- is handed to pytest.
"""


def main(arguments: Sequence[str]) -> int:
    """The exit status of tox, or of what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=TEACHING)
    parser.add_argument("--list", action="store_true", help="say what would run, and stop")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    asked = parser.parse_args(arguments)
    found = {version: interpreters.find(version) for version in interpreters.matrix()}
    print(table(found))
    complaint = refusal([version for version, path in found.items() if not path], os.environ)
    if complaint:
        print(complaint, file=sys.stderr)
        return 1
    present = {version: path for version, path in found.items() if path}
    return 0 if asked.list else shown(command(present, asked.pytest), settings(present))


def table(found: dict[str, str]) -> str:
    """One line for each version of the matrix."""
    return "\n".join(f"python {version}: {path or 'MISSING, left out'}" for version, path in found.items())


def refusal(missing: Sequence[str], environment: Mapping[str, str]) -> str:
    """Why the matrix may not run short, or nothing."""
    declared = environment.get("MATRIX_ABSENT", "").replace(",", " ").split()
    undeclared = [version for version in missing if version not in declared]
    if environment.get("CI", "").lower() not in {"1", "true"} or not undeclared:
        return ""
    names = " ".join(undeclared)
    return f'CI must run the whole matrix: install Python {names}, or declare it with MATRIX_ABSENT="{names}"'


def command(found: Mapping[str, str], pytest: Sequence[str]) -> list[str]:
    """Tox, asked for the versions that are there."""
    names = ",".join(f"py{version.replace('.', '')}" for version in found)
    return [sys.executable, "-m", "tox", "run", "-e", names, "--", *pytest]


def settings(found: Mapping[str, str]) -> dict[str, str]:
    """Puts the real interpreters before any shim; none is downloaded."""
    folders = [str(Path(path).parent) for path in found.values()]
    return {
        "PATH": os.pathsep.join([*folders, os.environ.get("PATH", "")]),
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PYTHON_PREFERENCE": "only-system",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
