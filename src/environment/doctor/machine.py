"""What of the machine the verbs need."""

import importlib.util
import os
import shutil
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from environment import engine, interpreters
from environment.doctor.findings import Finding, ok
from environment.doctor.mending import installing, starting_docker
from environment.fingerprint.tools import services

SPACE = 1_000_000_000


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
        mend = installing({"apt-get": f"python{here}-venv", "": "a whole Python with its venv module"})
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
        return Finding(
            "make and git", "wrong", f"no {' and no '.join(missing)}", "all", installing({"": " ".join(missing)})
        )
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
    absent = {"apt-get": "docker.io docker-compose", "brew": "--cask docker", "": "Docker Engine with Compose"}
    mends = {engine.STOPPED: starting_docker(), engine.FORBIDDEN: "sudo usermod --append --groups docker $USER"}
    found = lacking.removeprefix("and ").partition(":")[0]
    return Finding(
        "Docker", "note", found, "up, down, dev, shell, image, e2e", mends.get(lacking) or installing(absent)
    )


def servers(_: Subject) -> Finding:
    """Some tests start them; without them these are left out."""
    found = services()
    missing = [name for name, version in found.items() if not version]
    if not missing:
        return ok("servers", ", ".join(f"{name} {version}" for name, version in found.items()))
    names = {"apt-get": {"redis": "redis-server"}}.get("apt-get" if shutil.which("apt-get") else "", {})
    mend = installing({"": " ".join(names.get(name, name) for name in missing)})
    return Finding("servers", "note", f"no {' and no '.join(missing)}", "test leaves out what needs them", mend)


def space(subject: Subject) -> Finding:
    """For the environment and for what the service keeps."""
    free = shutil.disk_usage(subject.root).free
    if not os.access(subject.root, os.W_OK):
        mend = f"sudo chown --recursive $USER {subject.root}"
        return Finding("disk", "wrong", f"{subject.root} cannot be written", "all", mend)
    if free < SPACE:
        return Finding("disk", "wrong", f"{free // 1_000_000} MB free, 1 GB wanted", "all", "make clean")
    return ok("disk", f"{free // SPACE} GB free")
