"""Resolves pyproject.toml into poetry.lock and exports it to requirements/, with hashes and without addresses."""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.install import sync
from tools.pins import ROOT
from tools.programs import show

EPILOG = """\
Only this verb needs Poetry and the network. Without --poetry it installs the Poetry that requirements/lock.txt pins
into an environment of its own. Running and testing install the exports and resolve nothing.
"""
# The groups of pyproject.toml that each export contains.
EXPORTS = {"prod.txt": ("main",), "dev.txt": ("main", "dev"), "lock.txt": ("lock",)}
PRIVATE = Path(f"{sys.prefix}-lock")


def main(arguments: Sequence[str]) -> int:
    """Resolve, export; stops at the first step that fails. Make passes empty strings for variables that are not set."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=EPILOG)
    parser.add_argument("--poetry", default="", help="the Poetry to use")
    parser.add_argument("--add", metavar="PACKAGE", help="first add this requirement to pyproject.toml")
    parser.add_argument("--group", default="", help="the group of the added requirement; the service's own if empty")
    parser.add_argument("--update", nargs="?", metavar="PACKAGE", help="lock its newest allowed version; all if empty")
    options = parser.parse_args(arguments)
    if options.add == "":
        print('golden-core: name the package to add, make add PACKAGE="httpx>=1"', file=sys.stderr)
        return 2
    poetry = shutil.which(options.poetry or private_poetry(PRIVATE, ROOT / "requirements" / "lock.txt"))
    if poetry is None:
        print("golden-core: there is no such Poetry: name one with make lock POETRY=<program>", file=sys.stderr)
        return 1
    steps = [resolution(options.add, options.group, options.update)]
    steps += [export(name, f"requirements/{name}") for name in EXPORTS]
    return next((status for step in steps if (status := run(poetry, step))), 0)


def private_poetry(folder: Path, pins: Path) -> str:
    """The locked Poetry, in an environment apart from the project's."""
    uv, python = Path(sys.executable).parent / "uv", folder / "bin" / "python"
    if not python.exists():
        show([uv, "venv", "--quiet", "--no-config", "--seed", "--python", sys.executable, folder])
    print(sync(uv, python, pins).output, end="", file=sys.stderr)
    return str(folder / "bin" / "poetry")


def resolution(add: str | None, group: str, update: str | None) -> list[str]:
    """The command of Poetry that precedes the exports."""
    if add:
        return ["add", "--lock", *(["--group", group] if group else []), add]
    return ["lock"] if update is None else ["update", "--lock", *update.split()]


def export(name: str, output: str) -> list[str]:
    """The command of Poetry that writes one file of requirements/."""
    return ["export", "--without-urls", "--only", ",".join(EXPORTS[name]), "--output", output]


def run(poetry: str, step: Sequence[str]) -> int:
    """One command of Poetry, which must not create an environment for it."""
    return show([poetry, *step], {"POETRY_VIRTUALENVS_CREATE": "false"}, ROOT)
