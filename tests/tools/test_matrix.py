"""The matrix runs on what is there, names what is not, and is written once."""

import configparser
import re
import tomllib
from pathlib import Path

import pytest
from tools import interpreters, matrix
from tools.pins import ROOT


def interpreter(folder: Path, version: str, answers: str) -> Path:
    """A program that is asked for its version and its path, as an interpreter is."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / f"python{version}"
    program.write_text(f"#!/bin/sh\necho {answers}\necho {program}\n", "utf-8")
    program.chmod(0o755)
    return program


@pytest.fixture(name="machine")
def empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A search path and a pyenv that hold nothing yet."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'first'}:{tmp_path / 'second'}")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("MATRIX_ABSENT", raising=False)
    return tmp_path


def test_a_shim_that_is_not_activated_is_no_interpreter(machine: Path) -> None:
    """It stands on the path and fails; the search goes on behind it."""
    shim = interpreter(machine / "first", "3.14", "3.14")
    shim.write_text("#!/bin/sh\nexit 127\n", "utf-8")
    assert interpreters.find("3.14") == ""
    real = interpreter(machine / "second", "3.14", "3.14")
    assert interpreters.find("3.14") == str(real)


def test_an_interpreter_of_another_version_is_not_taken(machine: Path) -> None:
    """Names may lie."""
    interpreter(machine / "first", "3.14", "3.13")
    assert interpreters.find("3.14") == ""


def test_the_newest_release_under_pyenv_is_found(machine: Path) -> None:
    """Numbers are compared as numbers, and nothing has to be activated."""
    for release in ("3.14.2", "3.14.10"):
        interpreter(machine / "pyenv" / "versions" / release / "bin", "3.14", "3.14")
    assert "3.14.10" in interpreters.find("3.14")


def test_a_missing_interpreter_is_named_and_left_out(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On a person's machine; where CI is true it is an error."""
    found = interpreter(machine / "first", "3.13", "3.13")
    assert matrix.main(["--list"]) == 0
    said = capsys.readouterr().out
    assert f"python 3.13: {found}" in said
    assert "python 3.14: MISSING, left out" in said


@pytest.mark.parametrize(
    "settings, refused",
    [
        ({}, False),
        ({"CI": "false"}, False),
        ({"CI": "true"}, True),
        ({"CI": "true", "MATRIX_ABSENT": "3.13"}, True),
        ({"CI": "true", "MATRIX_ABSENT": "3.13, 3.14"}, False),
    ],
)
def test_ci_runs_the_whole_matrix_or_says_what_is_absent(settings: dict[str, str], refused: bool) -> None:
    """Never silently less than promised."""
    assert bool(matrix.refusal(["3.14"], settings)) is refused


def test_ci_fails_where_an_interpreter_is_missing(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit status says it, too."""
    interpreter(machine / "first", "3.13", "3.13")
    monkeypatch.setenv("CI", "true")
    assert matrix.main(["--list"]) == 1


def test_every_repetition_of_the_matrix_says_the_same() -> None:
    """pyproject.toml is where it is written; its own metadata, mypy, ruff and tox repeat it."""
    manifest = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    versions = manifest["tool"]["environment"]["python-matrix"]
    assert interpreters.matrix() == versions
    assert interpreters.default() == manifest["tool"]["environment"]["python"]
    classifiers = " ".join(manifest["project"]["classifiers"])
    assert re.findall(r"Python :: (\d\.\d+)", classifiers) == versions
    assert manifest["project"]["requires-python"].startswith(f">={versions[0]},<3.")
    assert manifest["tool"]["mypy"]["python_version"] == versions[0]
    assert manifest["tool"]["ruff"]["target-version"] == f"py{versions[0].replace('.', '')}"
    tox = configparser.ConfigParser()
    tox.read(ROOT / "tox.ini", "utf-8")
    assert tox["tox"]["env_list"].split(", ") == [f"py{version.replace('.', '')}" for version in versions]


def test_tox_gets_the_real_interpreters(machine: Path) -> None:
    """Their folders come first on the path, and tox is asked for no others."""
    found = {"3.13": str(interpreter(machine / "first", "3.13", "3.13"))}
    settings = matrix.settings(found)
    assert settings["PATH"].startswith(f"{machine / 'first'}:")
    assert settings["UV_PYTHON_DOWNLOADS"] == "never"
    assert matrix.command(found, ["-k", "jobs"])[-6:] == ["run", "-e", "py313", "--", "-k", "jobs"]


def test_tox_installs_the_lock_with_its_hashes() -> None:
    """Nothing else, and nothing unchecked."""
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini", "utf-8")
    assert tox["testenv"]["deps"] == "-r requirements/dev.txt"
    assert "--require-hashes" in tox["testenv"]["install_command"]
