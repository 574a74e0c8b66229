"""Resolves pyproject.toml into poetry.lock and exports it to requirements/, with hashes and without addresses."""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.pins import ROOT
from tools.programs import shown

TEACHING = """\
Only this verb needs Poetry and the network. It uses the Poetry that requirements/lock.txt pins, in an environment of
its own, unless --poetry names another. Running and testing install the exports and never resolve anything.
"""
# Which groups of pyproject.toml each export holds.
EXPORTS = {"prod.txt": ("main",), "dev.txt": ("main", "dev"), "lock.txt": ("lock",)}


def main(arguments: Sequence[str]) -> int:
    """Resolve, export; stops at the first step that fails."""
    asked = parsed(arguments)
    if not asked.add and asked.add is not None:
        print('golden-core: name what to add, make add PACKAGE="httpx>=1"', file=sys.stderr)
        return 2
    poetry = asked.poetry or private_poetry(Path(f"{sys.prefix}-lock"), ROOT / "requirements" / "lock.txt")
    found = shutil.which(poetry)
    if found is None:
        print(f"no {poetry} to resolve with: name a Poetry with make lock POETRY=<program>", file=sys.stderr)
        return 1
    steps = [resolution(asked.add, asked.group, asked.update), *exports()]
    return next((status for step in steps if (status := run(found, step))), 0)


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line; make hands over empty strings for what it was not told."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=TEACHING)
    parser.add_argument("--poetry", default="", help="the Poetry to use")
    parser.add_argument("--add", metavar="PACKAGE", help="a requirement to add to pyproject.toml first")
    parser.add_argument("--group", default="", help="the group that it belongs to; the service's own if empty")
    parser.add_argument(
        "--update", nargs="?", metavar="PACKAGE", help="take the newest allowed version; of all if empty"
    )
    return parser.parse_args(arguments)


def private_poetry(folder: Path, pins: Path) -> str:
    """Poetry from its own export, apart from what the project installs."""
    uv = str(Path(sys.executable).parent / "uv")
    interpreter = folder / "bin" / "python"
    if not interpreter.exists():
        shown([uv, "venv", "--quiet", "--python", sys.executable, str(folder)])
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(interpreter), str(pins)]
    shown(sync, {"UV_SYSTEM_CERTS": "1"})
    return str(folder / "bin" / "poetry")


def resolution(add: str | None, group: str, update: str | None) -> list[str]:
    """What Poetry is asked before the exports."""
    if add:
        return ["add", "--lock", *(["--group", group] if group else []), add]
    if update is not None:
        return ["update", "--lock", *update.split()]
    return ["lock"]


def exports() -> list[list[str]]:
    """One export for each file of requirements/."""
    return [
        ["export", "--without-urls", "--only", ",".join(groups), "--output", f"requirements/{name}"]
        for name, groups in EXPORTS.items()
    ]


def run(poetry: str, step: Sequence[str]) -> int:
    """One step of Poetry, which must not make an environment of its own for it."""
    return shown([poetry, *step], {"POETRY_VIRTUALENVS_CREATE": "false"}, ROOT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
