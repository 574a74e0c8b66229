"""What of the machine the verbs need."""

import importlib.util
import os
import shutil
import socket
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import engine, interpreters
from tools.doctor.findings import Finding, ok
from tools.doctor.mending import MANAGERS, installing, starting_docker
from tools.fingerprint.tools import services

SPACE = 1_000_000_000
# Where to read of what no package manager of this machine can bring.
PAGES = {
    "docker": "https://docs.docker.com/engine/install/",
    "git": "https://git-scm.com/downloads",
    "make": "https://www.gnu.org/software/make/",
    "postgresql": "https://www.postgresql.org/download/",
    "redis": "https://redis.io/docs/latest/operate/oss_and_stack/install/",
}
# By manager; everywhere else they have their own names.
NAMES = {
    ("apt-get", "redis"): "redis-server",
    ("dnf", "postgresql"): "postgresql-server",
    ("brew", "postgresql"): "postgresql@{postgresql}",
}


@dataclass(frozen=True)
class Subject:
    """What is examined: the project, the place of its environment, the port, and a Python that could not do it."""

    root: Path
    environment: Path
    port: int
    old: str = ""


def python(subject: Subject) -> Finding:
    """The interpreter that make was given."""
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if subject.old:
        word = interpreters.spoken(sys.executable, here)
        return Finding("Python", "wrong", f"{subject.old} is too old", "all", f"make setup PYTHON={word}")
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        mend = installing({"apt-get": f"python{here}-venv"}, "https://www.python.org/downloads/")
        return Finding("Python", "wrong", f"{here} without its venv module", "all", mend)
    return ok("Python", f"{here} ({sys.executable})")


def matrix(subject: Subject) -> Finding:
    """The other interpreters, which only the matrix needs."""
    missing = [version for version in interpreters.matrix() if not interpreters.find(version)]
    if not missing:
        return ok("Python matrix", ", ".join(interpreters.matrix()))
    uv = subject.environment / "bin" / "uv"
    own = f"{uv} python install" if uv.exists() else f"make setup && {uv} python install"
    mend = f"{'pyenv install' if shutil.which('pyenv') else own} {' '.join(missing)}"
    return Finding("Python matrix", "note", f"{', '.join(missing)} missing", "matrix", mend)


def programs(_: Subject) -> Finding:
    """Without these there are no verbs and no hooks."""
    missing = [name for name in ("make", "git") if shutil.which(name) is None]
    if missing:
        mend = installing({"": " ".join(missing)}, " ".join(PAGES[name] for name in missing))
        return Finding("make and git", "wrong", f"no {' and no '.join(missing)}", "all", mend)
    return ok("make and git", "both")


def port(subject: Subject) -> Finding:
    """Where web will listen."""
    if not is_taken(subject.port):
        return ok("port", f"{subject.port} is free")
    free = next(number for number in range(subject.port + 1, 65536) if not is_taken(number))
    found = f"{subject.port} is in use, perhaps by this service"
    return Finding("port", "wrong", found, "run, up", f"make run PORT={free}")


def is_taken(number: int) -> bool:
    """Somebody answers there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", number)) == 0


def docker(_: Subject) -> Finding:
    """Only the verbs of the stack need it."""
    lacking = engine.lacking()
    if not lacking:
        return ok("Docker", "the engine answers")
    # What the distributions package is often older than the stack needs.
    installed = installing({"brew": "--cask docker"}, PAGES["docker"])
    mends = {engine.STOPPED: starting_docker(), engine.FORBIDDEN: "sudo usermod --append --groups docker $USER"}
    found = lacking.removeprefix("and ").partition(":")[0]
    return Finding("Docker", "note", found, "up, down, dev, shell, image, e2e", mends.get(lacking, installed))


def servers(subject: Subject) -> Finding:
    """Some tests start them, of any version; without them these are left out."""
    found = services()
    wanted = {name: pinned(subject.root, name) for name in found}
    missing = [name for name, version in found.items() if not version]
    return absent(missing, wanted) if missing else compared(found, wanted)


def absent(missing: Sequence[str], wanted: Mapping[str, str]) -> Finding:
    """Each by the name that this machine's packages have for it."""
    names = {each: " ".join(NAMES.get((each, name), name) for name in missing) for each in MANAGERS}
    mend = installing(names, " ".join(PAGES[name] for name in missing)).format(**wanted)
    return Finding("servers", "note", f"no {' and no '.join(missing)}", "test leaves out what needs them", mend)


def compared(found: Mapping[str, str], wanted: Mapping[str, str]) -> Finding:
    """The tests run on what is there, the stack on what the manifest says."""
    others = [name for name, version in found.items() if version.partition(".")[0] != wanted[name]]
    if not others:
        return ok("servers", ", ".join(f"{name} {version}" for name, version in found.items()))
    said = ", ".join(f"{name} {found[name]}, the stack has {wanted[name]}" for name in others)
    mend = "nix develop --command make test" if shutil.which("nix") else "make e2e"
    return Finding("servers", "note", said, "test runs on these", mend)


def pinned(root: Path, name: str) -> str:
    """What the manifest says."""
    manifest = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return str(manifest["tool"]["environment"][name])


def space(subject: Subject) -> Finding:
    """For the environment and for what the service keeps."""
    free = shutil.disk_usage(subject.root).free
    if not os.access(subject.root, os.W_OK):
        mend = f"sudo chown --recursive $USER {subject.root}"
        return Finding("disk", "wrong", f"{subject.root} cannot be written", "all", mend)
    if free < SPACE:
        return Finding("disk", "wrong", f"{free // 1_000_000} MB free, 1 GB wanted", "all", "make clean")
    return ok("disk", f"{free // SPACE} GB free")
