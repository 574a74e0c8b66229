"""Runs a tool of the locked environment for git's hooks, which know no environment; written for any Python 3."""

import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def environment() -> Path:
    """The folder that make fills; .venv unless VENV says otherwise, as in the Makefile."""
    return ROOT / (os.environ.get("VENV") or ".venv")


def is_fresh(folder: Path) -> bool:
    """A tool of an older lock would judge by other rules than CI does."""
    stamp = folder / ".installed"
    lock = hashlib.sha256((ROOT / "requirements" / "dev.txt").read_bytes()).hexdigest()
    return stamp.exists() and stamp.read_text(encoding="utf-8").splitlines()[1:] == [lock]


def tool(name: str) -> Path:
    """The locked program of this name; ends with a sentence where there is none."""
    folder = environment()
    program = folder / "bin" / name
    if not is_fresh(folder) or not program.exists():
        sys.exit("golden-core: " + name + " is missing from " + str(folder) + " or older than the lock: make setup")
    return program


def main() -> None:
    """Becomes the tool, so that its output and exit status are its own."""
    os.execv(str(tool(sys.argv[1])), sys.argv[1:])


if __name__ == "__main__":
    main()
