"""The doctor names what a machine lacks, and the command that mends it; tried on machines that lack something."""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from environment import interpreters
from environment.__main__ import refuse
from environment.doctor import machine, project
from environment.doctor.__main__ import CHECKS, main
from environment.doctor.machine import Subject
from environment.doctor.mending import installing
from environment.pins import ROOT
from tests.environment import fake_docker
from tests.environment.test_matrix import interpreter


def subject(folder: Path, port: int = 1, old: str = "") -> Subject:
    """This project, with its environment somewhere else."""
    return Subject(ROOT, folder, port, old)


def test_whatever_is_not_well_has_its_mend(tmp_path: Path) -> None:
    """A complaint without a command helps nobody."""
    found = [check(subject(tmp_path, old="3.8 (/old/python)")) for check in CHECKS]
    assert all(bool(finding.mend) == (finding.state != "ok") for finding in found)
    assert len({finding.name for finding in found}) == len(found)


def test_nothing_installed_is_mended_by_the_next_verb(tmp_path: Path) -> None:
    """No reason for alarm on a fresh clone."""
    finding = project.environment(subject(tmp_path))
    assert (finding.state, finding.mend) == ("note", "make setup")
    assert "is not made yet" in finding.found


def test_an_environment_of_an_older_lock_is_named(tmp_path: Path) -> None:
    """Its tools would judge by other rules."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    (tmp_path / ".installed").write_text("here\nan older lock\n", "utf-8")
    finding = project.environment(subject(tmp_path))
    assert (finding.state, finding.mend) == ("note", "make setup")
    assert "older than the lock" in finding.found


def test_tools_that_do_not_start_are_named(tmp_path: Path) -> None:
    """As on NixOS, whose loader is elsewhere."""
    shutil.copytree(Path(sys.prefix), tmp_path / "environment", symlinks=True, ignore=shutil.ignore_patterns("lib*"))
    digest = hashlib.sha256((ROOT / "requirements" / "dev.txt").read_bytes()).hexdigest()
    (tmp_path / "environment" / ".installed").write_text(f"here\n{digest}\n", "utf-8")
    assert project.environment(subject(tmp_path / "environment")).state == "ok"
    (tmp_path / "environment" / "bin" / "ruff").write_text("#!/no/such/loader\n", "utf-8")
    finding = project.environment(subject(tmp_path / "environment"))
    assert (finding.state, finding.mend) == ("wrong", "make clean setup")


def test_a_stale_lock_is_named(tmp_path: Path) -> None:
    """A requirement that nobody has resolved."""
    for name in ("pyproject.toml", "poetry.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    planted = Subject(tmp_path, tmp_path, 1)
    assert project.lock(planted).state == "ok"
    manifest = tmp_path / "pyproject.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('  "flask (', '  "lamps (>=1)",\n  "flask ('), "utf-8")
    finding = project.lock(planted)
    assert (finding.state, finding.mend) == ("wrong", "make lock")


def test_a_pin_that_disagrees_is_named(tmp_path: Path) -> None:
    """The first one; make parity tells the rest."""
    (tmp_path / ".gitignore").touch()
    finding = project.parity(Subject(tmp_path, tmp_path, 1))
    assert (finding.state, finding.mend) == ("wrong", "make parity")


def test_a_taken_port_is_named_with_a_free_one(tmp_path: Path) -> None:
    """The very command that works."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        finding = machine.port(subject(tmp_path, port))
    assert finding.state == "wrong"
    assert f"{port} is in use" in finding.found
    offered = int(finding.mend.rpartition("=")[2])
    assert finding.mend.startswith("make run PORT=")
    assert machine.port(subject(tmp_path, offered)).state == "ok"


@pytest.mark.parametrize(
    "answers, state, word",
    [
        (fake_docker.WELL, "ok", "answers"),
        ({"compose version": "2.26.1", "version --format": "!cannot connect"}, "note", "does not answer"),
        ({"compose version": "1.29"}, "note", "1.29"),
    ],
)
def test_a_docker_that_cannot_be_used_is_named(
    answers: dict[str, str], state: str, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped, too old, or well; run and test do without it, so it is never wrong."""
    fake_docker.install(tmp_path, tmp_path / "asked", answers)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    finding = machine.docker(subject(tmp_path))
    assert finding.state == state
    assert word in finding.found


def test_a_machine_without_anything_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make and git are needed; servers and Docker are not."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert machine.programs(subject(tmp_path)).mend == "install make git"
    assert machine.docker(subject(tmp_path)).state == "note"
    (tmp_path / "brew").write_text("#!/bin/sh\n", "utf-8")
    (tmp_path / "brew").chmod(0o755)
    assert installing({"": "make"}) == "brew install make"


def test_missing_servers_are_no_reason_for_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests that need them say so."""
    monkeypatch.setenv("PATH", str(tmp_path))
    finding = machine.servers(subject(tmp_path))
    assert finding.state == "note"
    assert "redis" in finding.mend


def test_a_full_disk_is_named() -> None:
    """A file system that has no room for anything."""
    finding = machine.space(Subject(Path("/proc"), Path("/proc"), 1))
    assert finding.state == "wrong"


def test_every_interpreter_of_the_matrix_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the path, by its name; what is missing is named with the command that brings it."""
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("PATH", str(tmp_path))
    first, *others = interpreters.matrix()
    for version in others:
        interpreter(tmp_path, version, version)
    finding = machine.matrix(subject(tmp_path))
    assert (finding.state, finding.mend) == ("note", f"make setup && {tmp_path}/bin/uv python install {first}")
    interpreter(tmp_path, first, first)
    assert machine.matrix(subject(tmp_path)).state == "ok"


@pytest.mark.usefixtures("git_without_settings")
def test_hooks_are_looked_for_where_git_keeps_them(tmp_path: Path) -> None:
    """Outside of a repository there is nothing to say."""
    planted = Subject(tmp_path, tmp_path, 1)
    assert project.hooks(planted).found == "not in a git repository"
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    assert project.hooks(planted).mend == "make hooks"
    (tmp_path / ".git" / "hooks").mkdir(exist_ok=True)
    (tmp_path / ".git" / "hooks" / "pre-commit").touch()
    assert project.hooks(planted).state == "ok"


@pytest.mark.usefixtures("git_without_settings")
def test_hooks_that_git_was_told_to_use_count_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the devcontainer, which has hooks of its own for every repository."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / "settings").write_text(f"[core]\n\thooksPath = {tmp_path}/hooks\n", "utf-8")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(tmp_path / "settings"))
    assert project.hooks(Subject(tmp_path, tmp_path, 1)).mend == "make hooks"
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "pre-commit").touch()
    assert project.hooks(Subject(tmp_path, tmp_path, 1)).state == "ok"


def test_where_no_python_fits_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nobody to hand over to."""
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"cannot run this project.*: install Python"):
        refuse("3.8", ["doctor"])
    with pytest.raises(SystemExit, match=r"then make parity PYTHON="):
        refuse("3.8", ["parity"])


def test_people_get_a_table_and_tools_get_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The same findings, and the same exit status."""
    status = main([])
    table = capsys.readouterr().out
    assert main(["--json"]) == status
    found = json.loads(capsys.readouterr().out)
    assert status == int(any(finding["state"] == "wrong" for finding in found))
    assert all(finding["mend"] in table for finding in found)


@pytest.mark.machine
@pytest.mark.parametrize("version", ["3.6", "3.8", "3.10"])
def test_an_old_python_lets_a_newer_one_examine_the_machine(version: str) -> None:
    """The whole table, with the old one on top of it."""
    old = interpreters.find(version)
    if not old:
        pytest.skip(f"this machine has no Python {version}")
    command = ["make", "--no-print-directory", "doctor", f"PYTHON={old}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[0].startswith("wrong  Python")
    assert f"{version} ({old}) is too old" in done.stdout
    assert "mend  make setup PYTHON=" in done.stdout
    assert "Docker" in done.stdout
