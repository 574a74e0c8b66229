"""A fingerprint says what an environment is, and a comparison what may not differ."""

import json
import os
import subprocess
import sys
import tomllib
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest
from tools import fingerprint_compare
from tools.fingerprint import described, main, way
from tools.pins import DEVELOPMENT, ROOT, read
from tools.programs import show
from tools.versions import versions

from tests.tools import fake_docker

TAKEN = {
    "way": "bare",
    "system": "linux glibc",
    "libc release": "2.36",
    "distributions": {"lamp": "1.0 abc", "chair": "2.0 def"},
    "tools": {"git": "2.39"},
    "missing": [],
}


def written(folder: Path, name: str, change: dict[str, object]) -> str:
    """A fingerprint in a file."""
    (folder / name).write_text(json.dumps({**TAKEN, **change}), "utf-8")
    return str(folder / name)


def compared(folder: Path, change: dict[str, object]) -> int:
    """The exit status of a comparison with the ordinary one."""
    return fingerprint_compare.main([written(folder, "one", {}), written(folder, "other", change)])


def test_a_fingerprint_has_every_locked_package_and_names_no_place(capsys: pytest.CaptureFixture[str]) -> None:
    """What it prints can be shown to anybody."""
    assert main(["--way", "bare"]) == 0
    output = capsys.readouterr().out
    taken = json.loads(output)
    locked = {pin.name: pin.version for pin in read(DEVELOPMENT)}
    assert {name: taken["distributions"][name].split()[0] for name in ("flask", "ruff")} == {
        name: locked[name] for name in ("flask", "ruff")
    }
    assert taken["tools"]["ruff"] == locked["ruff"]
    assert taken["interpreter"].startswith(f"{sys.implementation.cache_tag}{sys.abiflags} ")
    assert not [name for name, each in taken["distributions"].items() if name in locked and "without" in each]
    assert str(ROOT) not in output
    assert str(Path.home()) not in output


def test_what_cannot_be_started_is_missing() -> None:
    """An empty version is no version."""
    assert versions({"lamp": "no-such-program"}) == {"lamp": ""}


@pytest.mark.parametrize("settings, ways", [({"IN_NIX_SHELL": "impure"}, {"nix"}), ({}, {"bare", "devcontainer"})])
def test_the_way_in_is_found_out(settings: dict[str, str], ways: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nix says so; whatever else it is, it is the machine, or the container in which this test runs."""
    monkeypatch.delenv("IN_NIX_SHELL", raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert way() in ways


def unpacked(folder: Path, *lines: str) -> PathDistribution:
    """A distribution of which only the record is left, and a script of its installer."""
    about = folder / "site" / "lamp-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: lamp\nVersion: 1.0\n", "utf-8")
    (folder / "bin").mkdir()
    (folder / "bin" / "lamp").write_text(f"#!{folder}/bin/python\n", "utf-8")
    (folder / "bin" / "lampd").write_bytes(b"\x7fELF")
    (about / "RECORD").write_text("\n".join(["lamp.py,sha256=abc,3", "../bin/lampd,sha256=def,4", *lines]), "utf-8")
    return PathDistribution(about)


def test_the_hash_is_that_of_the_wheel_whoever_unpacked_it(tmp_path: Path) -> None:
    """Launchers, byte code and marks of the installer do not count; any other file does."""
    by_pip = unpacked(tmp_path / "pip", "../bin/lamp,sha256=ghi,9", "__pycache__/lamp.pyc,,")
    by_uv = unpacked(tmp_path / "uv", "lamp-1.0.dist-info/INSTALLER,sha256=jkl,2", "../bin/lamp,sha256=mno,9")
    other = unpacked(tmp_path / "other", "more.py,sha256=pqr,1")
    assert described(by_pip) == described(by_uv) != described(other)


def test_the_same_is_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And which way in it was is no difference."""
    assert compared(tmp_path, {"way": "devcontainer"}) == 0
    assert "bare and devcontainer differ in 0 values" in capsys.readouterr().out


def test_another_file_in_the_same_version_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With both sides."""
    others = {"lamp": "1.0 xyz", "chair": "2.0 def"}
    assert compared(tmp_path, {"way": "image", "distributions": others}) == 1
    assert "distributions.lamp: 1.0 abc (bare), 1.0 xyz (image)" in capsys.readouterr().out


def test_an_allowed_difference_is_told_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The image may lack a package; the devcontainer may not."""
    fewer = {"lamp": "1.0 abc"}
    assert compared(tmp_path, {"way": "image", "distributions": fewer}) == 0
    assert "allowed: 1 of distributions.*, tools.*: the production image" in capsys.readouterr().out
    assert compared(tmp_path, {"way": "devcontainer", "distributions": fewer}) == 1
    assert "distributions.chair: 2.0 def (bare), missing (devcontainer)" in capsys.readouterr().out


def test_another_c_library_is_never_allowed(tmp_path: Path) -> None:
    """Another release of the same one is, on a person's machine."""
    assert compared(tmp_path, {"libc release": "2.41"}) == 0
    assert compared(tmp_path, {"system": "linux musl"}) == 1


def test_what_is_allowed_has_a_reason() -> None:
    """In the file, for everybody."""
    entries = tomllib.loads(fingerprint_compare.ALLOWED.read_text("utf-8"))["allowed"]
    assert entries
    assert all(entry["reason"] and entry["what"] and entry["ways"] for entry in entries)


@pytest.mark.parametrize("content", ["[]", "golden", "{}", ""])
def test_only_fingerprints_are_compared(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Anything else is one sentence with the command that writes one; so is a forgotten A= or B=."""
    if content:
        (tmp_path / "one.json").write_text(content, "utf-8")
    assert fingerprint_compare.main([str(tmp_path / "one.json") if content else ""] * 2) == 2
    [output] = capsys.readouterr().err.splitlines()
    assert output.startswith("golden-core: ")
    assert "is no fingerprint: write one with make --silent fingerprint >" in output


def elsewhere(way: str, folder: Path, more: str = f":{os.environ['PATH']}") -> subprocess.CompletedProcess[str]:
    """The verb with a docker that only remembers."""
    settings = {**os.environ, "PATH": f"{folder}{more}", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    command = [sys.executable, "-m", "tools", "fingerprint", "--of", way]
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False)


def test_the_image_is_looked_into_from_outside(tmp_path: Path) -> None:
    """It holds no tool of ours, and nothing is written into it."""
    fake_docker.install(tmp_path, tmp_path / "calls", fake_docker.WELL)
    assert elsewhere("image", tmp_path).returncode == 0
    calls = (tmp_path / "calls").read_text("utf-8").splitlines()[-1]
    assert calls.endswith("golden-core:local -m tools fingerprint --way=image")
    assert calls.count(":ro") == 2


@pytest.mark.parametrize("environment, program", [("nix", "nix"), ("image", "docker")])
def test_a_missing_program_is_named(environment: str, program: str, tmp_path: Path) -> None:
    """In one sentence."""
    done = elsewhere(environment, tmp_path, more="")
    assert done.returncode == 127
    assert done.stderr == f"golden-core: {program} cannot be started: No such file or directory\n"


def test_a_program_that_cannot_start_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a shell does."""
    assert show([str(tmp_path / "nothing")]) == 127
    assert "nothing cannot be started: No such file" in capsys.readouterr().err
