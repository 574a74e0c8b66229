"""Which Pythons the project runs on, and where this machine keeps them; written for any Python 3, old ones too."""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# A pyenv shim whose version is not activated is a file that cannot run; only an interpreter that answers is one.
WHO = "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.executable)"
WITH_VENV = "import ensurepip, venv, " + WHO[len("import ") :]


def matrix() -> "list[str]":
    """The versions that pyproject.toml names, oldest first."""
    manifest = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return re.findall(r'"([\d.]+)"', re.findall(r"^python-matrix = \[(.*?)\]", manifest, re.MULTILINE | re.DOTALL)[0])


def default() -> str:
    """The version that is used where nothing else is asked for."""
    manifest = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return str(re.findall(r'^python = "([\d.]+)"', manifest, re.MULTILINE)[0])


def find(version: str, question: str = WHO) -> str:
    """The path of an interpreter of this version, or an empty string."""
    for candidate in on_the_path(version) + under_pyenv(version):
        path = asked(candidate, version, question)
        if path:
            return path
    return ""


def on_the_path(version: str) -> "list[Path]":
    """Every file that the search path offers under the version's name, then under the plain ones."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    named = [folder / name for name in ("python" + version, "python3", "python") for folder in folders]
    return [path for path in named if path.exists()]


def under_pyenv(version: str) -> "list[Path]":
    """Every patch release that pyenv keeps, newest first, activated or not."""
    home = Path(os.environ.get("PYENV_ROOT") or str(Path("~/.pyenv").expanduser()))
    found = (home / "versions").glob(version + ".*/bin/python" + version)
    return sorted(found, key=lambda path: [int(number) for number in re.findall(r"\d+", str(path))], reverse=True)


def asked(candidate: Path, version: str, question: str = WHO) -> str:
    """The interpreter's own path, when it runs and is of this version."""
    try:
        answer = subprocess.check_output([str(candidate), "-c", question], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return ""
    lines = answer.decode("utf-8").splitlines()
    return lines[1] if len(lines) > 1 and lines[0] == version else ""


def advice(version: str, executable: str, verb: str) -> str:
    """One sentence for a person whose Python does not fit."""
    wanted = matrix()
    said = "golden-core: Python " + version + " (" + executable + ") cannot run this project, which needs "
    said += wanted[0] + " to " + wanted[-1] + ": "
    for offer in [default(), *reversed(wanted)]:
        path = find(offer, WITH_VENV)
        if path:
            return said + "make " + verb + " PYTHON=" + spoken(path, offer)
    return said + "install Python " + default() + ", then make " + verb + " PYTHON=python" + default()


def spoken(path: str, version: str) -> str:
    """The shortest word by which a shell finds this interpreter."""
    first = on_the_path(version)[:1]
    return first[0].name if first and asked(first[0], version) == path else path
