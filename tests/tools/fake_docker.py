"""A docker for tests: prints the given answers, and records its calls."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.pins import ROOT

WELL = {"compose version --short": "2.26.1-4", "version --format {{.Server.Version}}": "26.1.5"}


@dataclass(frozen=True)
class Run:
    """The exit status of a verb, its output, and the calls of docker."""

    status: int
    output: str
    calls: list[str]


def configured(port: int, environment: str = "development") -> dict[str, str]:
    """What compose says of a stack whose web has this port."""
    ports = [{"host_ip": "127.0.0.1", "published": str(port)}]
    web = {"ports": ports, "environment": {"ENVIRONMENT": environment}}
    return {"compose config --format=json": json.dumps({"services": {"web": web}})}


def verb(name: str, folder: Path, answers: dict[str, str] | None, arguments: str = "") -> Run:
    """Run a make verb with a docker that gives these answers (`!` for a failure), or without one."""
    calls = folder / "calls"
    calls.touch()
    if answers is not None:
        install(folder, calls, answers)
    # The environment that runs the tests is good enough: what a test starts installs nothing into this folder.
    here = [f"VENV={sys.prefix}", f"PYTHON={sys.executable}", "--old-file=setup"]
    done = subprocess.run(
        ["make", "--no-print-directory", name, *here, f"ARGS={arguments}"],
        env={**os.environ, "PATH": f"{folder}:{tools(folder)}"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stdout, done.stdout
    return Run(done.returncode, done.stdout, calls.read_text().splitlines())


def install(folder: Path, calls: Path, answers: dict[str, str]) -> None:
    """The program itself."""
    cases = [
        f"{shlex.quote(question)}*) echo {shlex.quote(answer.removeprefix('!'))}; exit {int(answer.startswith('!'))} ;;"
        for question, answer in answers.items()
    ]
    lines = ["#!/bin/sh", f'echo "$*" >> {calls}', 'case "$*" in', *cases, "esac"]
    (folder / "docker").write_text("\n".join(lines) + "\n")
    (folder / "docker").chmod(0o755)


def tools(folder: Path) -> Path:
    """A search path with what make needs, and without any real docker."""
    found = folder / "bin"
    found.mkdir()
    for name in ("awk", "git", "make", "sed", "sh", "test"):
        program = shutil.which(name)
        if program is not None:
            (found / name).symlink_to(program)
    return found
