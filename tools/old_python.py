"""Refuses a Python that cannot run this project. Written for any Python 3, so that it parses on what it refuses."""

import os
import re
import sys
from pathlib import Path
from shutil import which


def supported() -> "list[str]":
    """The Python versions that pyproject.toml lists, oldest first."""
    manifest = (Path(__file__).resolve().parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    return re.findall(r"\d+\.\d+", re.findall(r"^python-matrix = \[(.*?)\]", manifest, re.MULTILINE | re.DOTALL)[0])


def search_path() -> str:
    """PATH with the interpreters of pyenv, newest first, instead of its shims: most of those do not run."""
    home = Path(os.environ.get("PYENV_ROOT") or "~/.pyenv").expanduser()
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if Path(folder) != home / "shims"]
    kept = sorted(home.glob("versions/*/bin"), key=lambda path: [int(n) for n in re.findall(r"\d+", path.parent.name)])
    return os.pathsep.join(folders + [str(folder) for folder in reversed(kept)])


def refuse_unsupported() -> None:
    """Ends the program with one sentence unless this Python is supported."""
    version, versions = f"{sys.version_info[0]}.{sys.version_info[1]}", supported()
    if version not in versions:
        found = [path for path in (which("python" + each, path=search_path()) for each in reversed(versions)) if path]
        offer = "make setup PYTHON=" + (found[0] if found else "<interpreter> after you have installed one")
        needed = f"{versions[0]} to {versions[-1]}"
        sys.exit(f"golden-core: Python {version} ({sys.executable}) is not supported, only {needed}: {offer}")
