"""The matrix runs on what is there, names what is not, and is written once."""

import configparser
import re
import sys
import tomllib
from pathlib import Path

import pytest
from tools import matrix
from tools.old_python import search_path, supported
from tools.pins import ROOT

from tests.tools import planted


def interpreter(folder: Path, version: str) -> Path:
    """A program with the name of an interpreter."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / f"python{version}"
    program.write_text("#!/bin/sh\nexit 127\n", "utf-8")
    program.chmod(0o755)
    return program


@pytest.fixture(name="machine")
def empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A search path and a pyenv without any interpreter."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'pyenv' / 'shims'}:{tmp_path / 'first'}")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("MATRIX_ABSENT", raising=False)
    return tmp_path


def test_a_shim_that_is_not_activated_is_no_interpreter(machine: Path) -> None:
    """Its folder is not searched, so the real interpreters behind it are found."""
    interpreter(machine / "pyenv" / "shims", "3.14")
    assert matrix.find("3.14") == ""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    interpreter(machine / "pyenv" / "shims", version)
    real = machine / "pyenv" / "versions" / f"{version}.0" / "bin" / f"python{version}"
    real.parent.mkdir(parents=True)
    real.symlink_to(planted.base_interpreter())
    assert matrix.find(version) == str(real)


def test_pyenv_offers_its_newest_release_first(machine: Path) -> None:
    """Numbers are compared as numbers, and nothing has to be activated."""
    for release in ("3.14.2", "3.14.10", "3.9.1"):
        interpreter(machine / "pyenv" / "versions" / release / "bin", "3.14")
    releases = [folder.split("/")[-2] for folder in search_path().split(":") if "versions" in folder]
    assert releases == ["3.14.10", "3.14.2", "3.9.1"]


def test_without_uv_an_interpreter_is_found_by_its_name(machine: Path) -> None:
    """As for the doctor before there is an environment."""
    assert matrix.find("3.14", machine) == ""
    assert matrix.find("3.14", machine) == "" != str(interpreter(machine / "first", "3.14"))
    assert matrix.find("3.14", machine) == str(machine / "first" / "python3.14")


def test_a_missing_interpreter_is_listed_and_skipped(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On a person's machine; with CI=true it is an error."""
    assert machine.exists()
    assert matrix.main(["--list"]) == 0
    assert "python 3.14: MISSING, left out" in capsys.readouterr().out


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
    assert machine.exists()
    monkeypatch.setenv("CI", "true")
    assert matrix.main(["--list"]) == 1


def test_every_repetition_of_the_matrix_says_the_same() -> None:
    """pyproject.toml is where it is written; its own metadata, mypy, ruff and tox repeat it."""
    manifest = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    versions = manifest["tool"]["environment"]["python-matrix"]
    assert supported() == versions
    assert manifest["tool"]["environment"]["python"] in versions
    classifiers = " ".join(manifest["project"]["classifiers"])
    assert re.findall(r"Python :: (\d\.\d+)", classifiers) == versions
    assert manifest["project"]["requires-python"].startswith(f">={versions[0]},<3.")
    assert manifest["tool"]["mypy"]["python_version"] == versions[0]
    assert manifest["tool"]["ruff"]["target-version"] == f"py{versions[0].replace('.', '')}"
    tox = configparser.ConfigParser()
    tox.read(ROOT / "tox.ini", "utf-8")
    assert tox["tox"]["env_list"].split(", ") == [f"py{version.replace('.', '')}" for version in versions]


def test_tox_installs_the_lock_with_its_hashes() -> None:
    """Nothing else, and nothing unchecked."""
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini", "utf-8")
    assert tox["testenv"]["deps"] == "-r requirements/dev.txt"
    assert "--require-hashes" in tox["testenv"]["install_command"]
