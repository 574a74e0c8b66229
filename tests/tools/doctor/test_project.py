"""What of the project has to be mended is named with the verb that does it."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools.doctor import project
from tools.doctor.machine import Subject
from tools.pins import ROOT

from tests.tools.doctor.subjects import subject


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


@pytest.mark.usefixtures("git_without_settings")
def test_hooks_are_looked_for_where_git_keeps_them(tmp_path: Path) -> None:
    """Outside of a repository there is nothing to say."""
    planted = Subject(tmp_path, tmp_path, 1)
    assert project.hooks(planted).found == "not in a git repository"
    (tmp_path / ".git").touch()
    assert project.hooks(planted).found == "git cannot read this repository"
    (tmp_path / ".git").unlink()
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
