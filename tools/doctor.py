"""Lists what this machine has, what it lacks for which verb, and the command that fixes it."""

import argparse
import importlib.util
import json
import os
import shutil
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from tools import docker, port, run
from tools.content_hash import content_hash
from tools.findings import MANAGERS, PAGES, Finding, Subject, installing, table
from tools.matrix import find
from tools.old_python import supported
from tools.pins import ROOT
from tools.programs import run as start
from tools.versions import servers as installed_servers

EPILOG = """\
note: some verbs cannot be used, or the next verb fixes it by itself. wrong: run, test or check would fail; the exit
status is then 1.
"""
GIGABYTE = 1_000_000_000


def python(_: Subject) -> Finding:
    """The interpreter that make uses."""
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        return Finding("Python", found=f"{here} ({sys.executable})")
    fix = installing({"apt-get": f"python{here}-venv"}, "https://www.python.org/downloads/")
    return Finding("Python", "wrong", f"{here} without its venv module", "all", fix)


def programs(_: Subject) -> Finding:
    """Without them there are no verbs and no hooks."""
    missing = [name for name in ("make", "git") if shutil.which(name) is None]
    fix = installing({"": " ".join(missing)}, " ".join(PAGES[name] for name in missing))
    lacking = Finding("make and git", "wrong", f"no {' and no '.join(missing)}", "all", fix)
    return lacking if missing else Finding("make and git", found="both")


def space(subject: Subject) -> Finding:
    """For the environment and for the data of the service."""
    free = shutil.disk_usage(subject.root).free
    if not os.access(subject.root, os.W_OK):
        fix = f"sudo chown --recursive $USER {subject.root}"
        return Finding("disk", "wrong", f"{subject.root} cannot be written", "all", fix)
    if free < GIGABYTE:
        return Finding("disk", "wrong", f"{free // 1_000_000} MB free, 1 GB is needed", "all", "make clean")
    return Finding("disk", found=f"{free // GIGABYTE} GB free")


def environment(subject: Subject) -> Finding:
    """Made from the present lock, and its programs start."""
    name, folder = subject.environment.name, subject.environment / "bin"
    if not os.path.lexists(folder / "python"):
        return Finding("environment", "note", f"{name} does not exist; every verb makes it", fix="make setup")
    if not start([folder / "python", "-c", ""]).ok:
        return Finding(
            "environment", "note", f"{name}/bin/python does not run; every verb replaces it", "", "make setup"
        )
    if not run.is_fresh(subject.environment):
        return Finding("environment", "note", f"{name} is older than the lock", "hooks", "make setup")
    ruff = start([folder / "ruff", "--version"])
    if ruff.ok:
        return Finding("environment", found=f"{name} is up to date with the lock")
    # Programs of the lock are built for ordinary Linux, whose loader NixOS lacks.
    is_nixos = Path("/etc/NIXOS").exists() and (folder / "ruff").exists()
    found = f"{name}/bin/ruff " + ("is missing" if not (folder / "ruff").exists() else "does not start")
    return Finding(
        "environment", "wrong", found, "all", "programs.nix-ld.enable = true" if is_nixos else "make clean setup"
    )


def lock(subject: Subject) -> Finding:
    """Resolved from the present pyproject.toml."""
    manifest, locked = (
        tomllib.loads((subject.root / name).read_text("utf-8")) for name in ("pyproject.toml", "poetry.lock")
    )
    if locked["metadata"]["content-hash"] == content_hash(manifest):
        return Finding("lock", found="poetry.lock is up to date with pyproject.toml")
    return Finding("lock", "wrong", "poetry.lock is older than pyproject.toml", "check", "make lock")


def parity(subject: Subject) -> Finding:
    """The files that repeat a fact agree."""
    done = start([sys.executable, "-m", "tools", "parity"], folder=subject.root)
    lines = done.output.strip().splitlines() or [""]
    if done.ok:
        return Finding("parity", found=lines[-1].removeprefix("golden-core: "))
    return Finding("parity", "wrong", lines[0], "check", "make parity")


def hooks(subject: Subject) -> Finding:
    """Whether git runs the quick checks before each commit."""
    path = start(["git", "-C", subject.root, "rev-parse", "--git-path", "hooks/pre-commit"])
    if shutil.which("git") is None:
        return Finding("hooks", "note", "git is not installed", fix=installing({"": "git"}, PAGES["git"]))
    if not path.ok and (subject.root / ".git").exists():
        return Finding("hooks", "note", "git cannot read this repository", fix=f"git -C {subject.root} status")
    if not path.ok:
        return Finding("hooks", "note", "this folder is no git repository", "lint, hooks", "git init && git add --all")
    if (subject.root / path.output.strip()).exists():
        return Finding("hooks", found="git runs them before each commit")
    return Finding("hooks", "note", "git does not run them", fix="make hooks")


def matrix(subject: Subject) -> Finding:
    """The other interpreters; only the matrix needs them."""
    uv = subject.environment / "bin" / "uv"
    missing = " ".join(version for version in supported() if not find(version, uv.parent))
    own = f"{uv} python install" if uv.exists() else f"make setup && {uv} python install"
    fix = f"{'pyenv install' if shutil.which('pyenv') else own} {missing}"
    lacking = Finding("Python matrix", "note", f"{missing} missing", "matrix", fix)
    return lacking if missing else Finding("Python matrix", found=", ".join(supported()))


def servers(subject: Subject) -> Finding:
    """Some tests start them, in any version; those of the stack have the versions of pyproject.toml."""
    stack = tomllib.loads((subject.root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["environment"]
    found = installed_servers()
    missing = [name for name, version in found.items() if not version]
    if missing:
        names = " ".join(missing)
        packages = dict.fromkeys(MANAGERS, names) | {"apt-get": names.replace("redis", "redis-server")}
        fix = installing(packages, " ".join(PAGES[name] for name in missing))
        return Finding("servers", "note", f"no {' and no '.join(missing)}", "test skips what needs them", fix)
    others = [f"{name} {stack[name]}" for name, version in found.items() if version.partition(".")[0] != stack[name]]
    listed = ", ".join(f"{name} {version}" for name, version in found.items())
    differing = Finding(
        "servers", "note", f"{listed}; the stack has {', '.join(others)}", "test uses these", "make e2e"
    )
    return differing if others else Finding("servers", found=listed)


def engine(_: Subject) -> Finding:
    """Only the verbs of the stack need it."""
    problem = docker.unusable()
    start_it = "open -a Docker" if sys.platform == "darwin" else "sudo systemctl start docker"
    fixes = {docker.STOPPED: start_it, docker.FORBIDDEN: "sudo usermod --append --groups docker $USER"}
    fix = fixes.get(problem, installing({"brew": "--cask docker"}, PAGES["docker"]))
    unusable = Finding("Docker", "note", problem.partition(":")[0], "up, down, dev, shell, image, e2e", fix)
    return unusable if problem else Finding("Docker", found="the engine answers")


CHECKS = (python, programs, space, environment, lock, parity, hooks, port.check, matrix, servers, engine)


def main(arguments: Sequence[str]) -> int:
    """1 if something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=EPILOG)
    parser.add_argument("--json", action="store_true", help="for programs: a list of name, state, found, verbs, fix")
    options = parser.parse_args(arguments)
    subject = Subject(ROOT, run.environment(), port.configured(ROOT))
    findings = [check(subject) for check in CHECKS]
    print(json.dumps([each._asdict() for each in findings], indent=2) if options.json else table(findings))
    return 1 if any(each.state == "wrong" for each in findings) else 0
