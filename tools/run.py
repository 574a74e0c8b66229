"""Runs a locked tool for git's hooks, which know no environment; written for any Python 3."""

import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def environment() -> Path:
    """The virtual environment of the Makefile: VENV, or .venv."""
    return ROOT / (os.environ.get("VENV") or ".venv")


def is_fresh(folder: Path) -> bool:
    """Whether it was made from the present lock: tools of an older one would judge by other rules than CI."""
    stamp = folder / ".installed"
    lock = hashlib.sha256((ROOT / "requirements" / "dev.txt").read_bytes()).hexdigest()
    return stamp.exists() and stamp.read_text(encoding="utf-8").splitlines()[1:] == [lock]


def tool(name: str) -> Path:
    """The locked program of this name; ends with a sentence if there is none."""
    folder = environment()
    program = folder / "bin" / name
    if not is_fresh(folder) or not program.exists():
        sys.exit("golden-core: " + name + " is missing from " + str(folder) + " or older than the lock: make setup")
    return program


if __name__ == "__main__":
    os.execv(str(tool(sys.argv[1])), sys.argv[1:])
