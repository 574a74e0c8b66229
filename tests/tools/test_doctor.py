"""The doctor lists everything, for people and for programs; what a machine lacks has the command that fixes it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools import doctor
from tools.findings import PAGES, Subject, installing
from tools.old_python import supported
from tools.pins import ROOT

from core.testing.services import free_port
from tests.tools import fake_docker


def subject(folder: Path, root: Path = ROOT) -> Subject:
    """This project, or another one, with its environment somewhere else."""
    return Subject(root, folder, "1")


@pytest.mark.slow
def test_people_get_a_table_and_programs_get_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same findings and exit status; whatever is not ok has its fix."""
    monkeypatch.setenv("PORT", str(free_port()))
    status = doctor.main([])
    table = capsys.readouterr().out
    assert doctor.main(["--json"]) == status
    found = json.loads(capsys.readouterr().out)
    assert status == int(any(each["state"] == "wrong" for each in found))
    assert all(each["fix"] in table for each in found)
    assert all(bool(each["fix"]) == (each["state"] != "ok") for each in found)
    assert len({each["name"] for each in found}) == len(found) == len(doctor.CHECKS)


def test_a_closed_pipe_ends_it_silently() -> None:
    """As in make doctor | head."""
    command = [sys.executable, "-m", "tools", "doctor", "--help"]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert done.stderr == ""


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
    """Stopped, too old, or usable; run and test need no Docker, so it is never wrong."""
    fake_docker.install(tmp_path, tmp_path / "calls", answers)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    finding = doctor.engine(subject(tmp_path))
    assert finding.state == state
    assert word in finding.found


def test_what_is_not_installed_has_its_command_or_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the package manager of the machine, if it has one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor.programs(subject(tmp_path)).fix == f"{PAGES['make']} {PAGES['git']}"
    assert doctor.engine(subject(tmp_path)).fix == PAGES["docker"]
    assert doctor.hooks(subject(tmp_path)).found == "git is not installed"
    (tmp_path / "brew").write_text("#!/bin/sh\n", "utf-8")
    (tmp_path / "brew").chmod(0o755)
    assert doctor.programs(subject(tmp_path)).fix == "brew install make git"
    assert doctor.engine(subject(tmp_path)).fix == "brew install --cask docker"
    assert installing({"apt-get": "python3-venv"}, "https://python.org") == "https://python.org"


@pytest.mark.parametrize(
    "redis, expected",
    [
        ("", ("note", "no redis")),
        ("8.2.1", ("ok", "postgresql 17.6, redis 8.2.1")),
        ("7.0.15", ("note", "postgresql 17.6, redis 7.0.15; the stack has redis 8")),
    ],
)
def test_servers_are_compared_with_those_of_the_stack(
    redis: str, expected: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests run with any; nothing is wrong without them."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    manifest = (tmp_path / "pyproject.toml").read_text("utf-8")
    manifest = re.sub(r'^redis = ".*"', 'redis = "8"', manifest, flags=re.MULTILINE)
    manifest = re.sub(r'^postgresql = ".*"', 'postgresql = "17"', manifest, flags=re.MULTILINE)
    (tmp_path / "pyproject.toml").write_text(manifest, "utf-8")
    for name, version in (("redis-server", redis), ("postgres", "17.6")):
        if version:
            (tmp_path / name).write_text(f"#!/bin/sh\necho v={version}\n", "utf-8")
            (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    finding = doctor.servers(subject(tmp_path, root=tmp_path))
    assert (finding.state, finding.found) == expected


def test_a_full_disk_is_wrong() -> None:
    """A file system without any free space."""
    assert doctor.space(subject(Path("/proc"), root=Path("/proc"))).state == "wrong"


def test_a_missing_interpreter_of_the_matrix_has_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before there is an environment, and so without uv."""
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("PATH", str(tmp_path))
    first, *others = supported()
    for version in others:
        (tmp_path / f"python{version}").touch(0o755)
    finding = doctor.matrix(subject(tmp_path))
    assert (finding.state, finding.fix) == ("note", f"make setup && {tmp_path}/bin/uv python install {first}")
    (tmp_path / f"python{first}").touch(0o755)
    assert doctor.matrix(subject(tmp_path)).state == "ok"


def test_a_stale_lock_is_named(tmp_path: Path) -> None:
    """A requirement that has not been resolved."""
    for name in ("pyproject.toml", "poetry.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    assert doctor.lock(subject(tmp_path, root=tmp_path)).state == "ok"
    manifest = tmp_path / "pyproject.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('  "flask (', '  "lamps (>=1)",\n  "flask ('), "utf-8")
    finding = doctor.lock(subject(tmp_path, root=tmp_path))
    assert (finding.state, finding.fix) == ("wrong", "make lock")


def test_files_that_disagree_are_named(tmp_path: Path) -> None:
    """The first one; make parity lists the rest."""
    finding = doctor.parity(subject(tmp_path, root=tmp_path))
    assert (finding.state, finding.fix) == ("wrong", "make parity")


@pytest.mark.usefixtures("git_without_settings")
def test_hooks_are_where_git_keeps_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the repository, or in the folder of the system's settings, as in the devcontainer."""
    planted = subject(tmp_path, root=tmp_path)
    assert doctor.hooks(planted).fix == "git init && git add --all"
    (tmp_path / ".git").touch()
    assert doctor.hooks(planted).found == "git cannot read this repository"
    (tmp_path / ".git").unlink()
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    assert doctor.hooks(planted).fix == "make hooks"
    (tmp_path / ".git" / "hooks").mkdir(exist_ok=True)
    (tmp_path / ".git" / "hooks" / "pre-commit").touch()
    assert doctor.hooks(planted).state == "ok"
    (tmp_path / "settings").write_text(f"[core]\n\thooksPath = {tmp_path}/hooks\n", "utf-8")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(tmp_path / "settings"))
    assert doctor.hooks(planted).fix == "make hooks"
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "pre-commit").touch()
    assert doctor.hooks(planted).state == "ok"
