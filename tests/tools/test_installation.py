"""The environment follows the lock, and a half-made one is not trusted."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tools import installation
from tools.pins import ROOT
from tools.stamp import Stamp

from core.testing.waiting import wait_until
from tests.tools import planted

pytestmark = pytest.mark.slow

# Longer than 1.0: what is installed within one second is told apart by the length of the source alone.
LATER = "2.0.0"


@pytest.fixture(name="lock")
def planted_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lock whose packages lie in a folder, and pip and uv that look there only."""
    for name, value in planted.index(tmp_path / "index").items():
        monkeypatch.setenv(name, value)
    return planted.lock(tmp_path / "index")


def version_of_the_lamp(folder: Path) -> str:
    """What the environment would import."""
    question = "import lamp_planted, core; print(lamp_planted.VERSION)"
    return subprocess.check_output([folder / "bin" / "python", "-c", question], text=True, cwd=folder).strip()


def test_an_environment_follows_its_lock(lock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Brought up to date when the lock changes, left alone while nothing does, refused when a package is forged."""
    folder = planted.environment(tmp_path / "environment", lock)
    (folder / "kept").touch()
    assert installation.main([str(folder), "run"], lock) == 0
    assert version_of_the_lamp(folder) == "1.0"
    capsys.readouterr()

    assert installation.main([str(folder), "run"], lock) == 0
    assert capsys.readouterr().err == ""

    planted.lock(lock.parent, lamp=LATER)
    assert installation.main([str(folder), "run"], lock) == 0
    assert version_of_the_lamp(folder) == LATER
    assert (folder / "kept").exists()

    planted.forge(lock, lamp="3.0")
    assert installation.main([str(folder), "run"], lock) == 1
    assert "not the one that was locked" in capsys.readouterr().err
    assert not (folder / ".installed").exists()


def test_pip_makes_the_environment_anew_where_uv_does_not_run(
    lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slower, and the same, even if a shell tells pip to install elsewhere; what was there before is gone."""
    monkeypatch.setenv("PIP_USER", "1")
    folder = planted.environment(tmp_path / "environment", lock)
    (folder / "left-over").touch()
    planted.lock(lock.parent, uv="#!/bin/sh\necho cannot run here\nexit 1\n")
    assert installation.main([str(folder), "run"], lock) == 0
    assert version_of_the_lamp(folder) == "1.0"
    assert not (folder / "left-over").exists()


def test_an_environment_without_a_stamp_is_made_anew(
    lock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was left half-way: nothing in it is trusted, not even that it can be mended."""
    folder = tmp_path / "environment"
    (folder / "bin").mkdir(parents=True)
    for name in ("pyvenv.cfg", "left-over"):
        (folder / name).touch()
    lock.write_text("lamp>=1\n", "utf-8")
    assert installation.main([str(folder), "run"], lock) == 1
    assert "expected name==version" in capsys.readouterr().err
    assert not (folder / "left-over").exists()
    assert not (folder / ".installed").exists()


def test_another_interpreter_makes_another_environment(lock: Path, tmp_path: Path) -> None:
    """The stamp names the interpreter, so that make PYTHON=... is obeyed."""
    made = Stamp.of(tmp_path, lock, "/usr/bin/python3.11")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    made.write()
    assert made.holds()
    assert not Stamp.of(tmp_path, lock, "/usr/bin/python3.12").is_of_the_same_place()


def test_a_folder_that_is_something_else_is_left_alone(
    lock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """VENV=~ must not empty anybody's home."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter").touch()
    assert installation.main([str(tmp_path / "home"), "run"], lock) == 1
    assert "not a virtual environment" in capsys.readouterr().err
    assert (tmp_path / "home" / "letter").exists()


def test_a_file_in_the_way_is_one_sentence(lock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the operating system refuses reaches a person as a sentence with the mend."""
    (tmp_path / "file").touch()
    assert installation.main([str(tmp_path / "file" / "environment"), "test"], lock) == 1
    said = capsys.readouterr().err
    assert "cannot be written" in said
    assert "make test VENV=" in said
    assert "Traceback" not in said


def test_an_interrupted_installation_is_not_trusted(tmp_path: Path) -> None:
    """Ctrl-C while the environment is made: a sentence, and no stamp."""
    folder = tmp_path / "environment"
    command = [sys.executable, "-m", "tools.bootstrap", str(folder), "run"]
    settings = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True, env=settings) as running:
        wait_until((folder / "pyvenv.cfg").exists, what="the beginning of an environment")
        os.killpg(running.pid, signal.SIGINT)
        said = running.communicate()[1]
    assert running.returncode == 130
    assert "the next call makes" in said
    assert "Traceback" not in said
    assert not (folder / ".installed").exists()
