"""Runs the tests on every supported Python that this machine has, and lists those that it lacks."""

import argparse
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.old_python import search_path, supported
from tools.programs import run, show

EPILOG = """\
uv finds the interpreters: its own, those on the search path, and those of pyenv, activated or not. A missing one is
listed and skipped; with CI=true it is an error unless it is declared, MATRIX_ABSENT="3.14". Arguments after -- are
passed to pytest.
"""


def main(arguments: Sequence[str]) -> int:
    """The exit status of tox, or 1 if CI lacks an interpreter."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=EPILOG)
    parser.add_argument("--list", action="store_true", help="only list the interpreters")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    options = parser.parse_args(arguments)
    found = {version: find(version) for version in supported()}
    print("\n".join(f"python {version}: {path or 'MISSING, left out'}" for version, path in found.items()))
    problem = refusal([version for version, path in found.items() if not path], os.environ)
    if problem:
        print(problem, file=sys.stderr)
        return 1
    present = {version: path for version, path in found.items() if path}
    names = ",".join(f"py{version.replace('.', '')}" for version in present)
    folders = [*(str(Path(path).parent) for path in present.values()), os.environ.get("PATH", "")]
    settings = {"PATH": os.pathsep.join(folders), "UV_PYTHON_DOWNLOADS": "never"}
    tox = [sys.executable, "-m", "tox", "run", "-e", names, "--", *options.pytest]
    return 0 if options.list else show(tox, settings)


def find(version: str, folder: Path = Path(sys.executable).parent) -> str:
    """The path of an interpreter, or an empty string; found by its name only if the folder contains no uv."""
    if not (folder / "uv").exists():
        return shutil.which(f"python{version}", path=search_path()) or ""
    options = ("--system", "--no-config", "--no-project", "--no-python-downloads")
    found = run([folder / "uv", "python", "find", *options, version], {"PATH": search_path()})
    return found.output.splitlines()[-1] if found.ok else ""


def refusal(missing: Sequence[str], environment: Mapping[str, str]) -> str:
    """Why the matrix must not run without the missing versions; empty if it may."""
    declared = environment.get("MATRIX_ABSENT", "").replace(",", " ").split()
    names = " ".join(version for version in missing if version not in declared)
    if environment.get("CI", "").lower() not in {"1", "true"} or not names:
        return ""
    return f'CI must run the whole matrix: install Python {names}, or declare it with MATRIX_ABSENT="{names}"'
