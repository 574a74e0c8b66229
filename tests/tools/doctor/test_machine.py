"""What a machine lacks is named with the command that mends it."""

import os
import socket
from pathlib import Path

import pytest
from tools import interpreters
from tools.doctor import machine, project
from tools.doctor.machine import Subject
from tools.doctor.mending import installing
from tools.pins import ROOT

from tests.tools import fake_docker
from tests.tools.doctor.subjects import subject
from tests.tools.test_matrix import interpreter


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
    assert machine.programs(subject(tmp_path)).mend == f"{machine.PAGES['make']} {machine.PAGES['git']}"
    assert machine.docker(subject(tmp_path)).mend == machine.PAGES["docker"]
    assert project.hooks(subject(tmp_path)).found == "there is no git to run them"
    (tmp_path / "brew").write_text("#!/bin/sh\n", "utf-8")
    (tmp_path / "brew").chmod(0o755)
    assert machine.programs(subject(tmp_path)).mend == "brew install make git"
    both = machine.absent(["postgresql", "redis"], {"postgresql": "17", "redis": "8"})
    assert both.mend == "brew install postgresql@17 redis"
    assert machine.docker(subject(tmp_path)).mend == "brew install --cask docker"
    assert installing({"apt-get": "python3-venv"}, "https://python.org") == "https://python.org"


def test_missing_servers_are_no_reason_for_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests that need them say so."""
    monkeypatch.setenv("PATH", str(tmp_path))
    finding = machine.servers(subject(tmp_path))
    assert finding.state == "note"
    assert "redis" in finding.mend


@pytest.mark.parametrize(
    "redis, state, found",
    [
        ("8.2.1", "ok", "postgresql 17.6, redis 8.2.1"),
        ("7.0.15", "note", "redis 7.0.15, the stack has 8"),
    ],
)
def test_servers_of_another_version_than_the_stacks_are_named(redis: str, state: str, found: str) -> None:
    """The tests run on any; who wants those of the stack is told how."""
    finding = machine.compared({"postgresql": "17.6", "redis": redis}, {"postgresql": "17", "redis": "8"})
    assert (finding.state, finding.found) == (state, found)


def test_what_the_stack_pins_is_what_the_manifest_says() -> None:
    """Both servers have their line there."""
    assert all(machine.pinned(ROOT, name).isdigit() for name in ("postgresql", "redis"))


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


def test_a_python_that_is_only_called_python3_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is good enough for make, so it is there for the matrix as well."""
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("PATH", str(tmp_path))
    first, *others = interpreters.matrix()
    only = interpreter(tmp_path, "3", first)
    assert machine.matrix(subject(tmp_path)).found == f"{', '.join(others)} missing"
    assert interpreters.spoken(str(only), first) == "python3"
