"""Hooks, make and tox run the tools that the lock pins, and none from anywhere else."""

import hashlib
import os
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from tools import run
from tools.pins import DEVELOPMENT, ROOT, read

BIN = Path(sys.executable).parent
CONFIGURATION = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
RUNNER = "python3 tools/run.py "
VERSIONS = {pin.name: pin.version for pin in read(DEVELOPMENT)}


@pytest.fixture(name="folder")
def environment_with_a_stamp(tmp_path: Path) -> Path:
    """An environment that make has made: the tools of the one that runs the tests, and a fresh stamp."""
    (tmp_path / "bin").symlink_to(BIN)
    digest = hashlib.sha256(DEVELOPMENT.read_bytes()).hexdigest()
    (tmp_path / ".installed").write_text(f"here\n{digest}\n", "utf-8")
    return tmp_path


def hook(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """What git's hook would run, with no environment on its path."""
    entry = [sys.executable, "tools/run.py", *command]
    surroundings = {"PATH": "/usr/bin:/bin", "VENV": str(folder), "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(entry, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("tool", ["ruff", "mypy"])
def test_hooks_make_and_tox_run_the_locked_tool(tool: str, folder: Path) -> None:
    """One version in the lock, in this environment (make's or tox's), and behind the hook."""
    direct = subprocess.check_output([BIN / tool, "--version"], text=True)
    assert direct.split()[1] == VERSIONS[tool]
    assert hook(folder, tool, "--version").stdout == direct


@pytest.mark.parametrize(
    "verb, command", [("types", "mypy"), ("imports", "lint-imports"), ("lint", "pre-commit"), ("format", "ruff")]
)
def test_make_runs_the_environments_own_tools(verb: str, command: str) -> None:
    """Never one from the search path."""
    plan = subprocess.check_output(["make", "--dry-run", verb, "VENV=planted"], cwd=ROOT, text=True)
    assert f'"planted/bin/{command}"' in plan


def test_every_hook_is_local_and_runs_a_locked_tool() -> None:
    """A remote hook would be a second place for a version."""
    entries = re.findall(r"entry: (.*)", CONFIGURATION)
    assert set(re.findall(r"repo: (\S+)", CONFIGURATION)) == {"local"}
    assert set(re.findall(r"language: (\S+)", CONFIGURATION)) == {"system"}
    assert [entry for entry in entries if not entry.startswith((RUNNER, "make "))] == []
    named = {entry.removeprefix(RUNNER).split()[0] for entry in entries if entry.startswith(RUNNER)}
    assert [name for name in named if not (BIN / name).exists()] == []


def test_a_tool_of_an_older_lock_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would judge by other rules than CI does; neither is what the search path offers taken instead."""
    monkeypatch.setenv("VENV", str(folder))
    assert run.tool("ruff") == folder / "bin" / "ruff"
    with pytest.raises(SystemExit, match=r"ls is missing from .* make setup"):
        run.tool("ls")
    (folder / ".installed").write_text("here\nan older lock\n", "utf-8")
    with pytest.raises(SystemExit, match="older than the lock: make setup"):
        run.tool("ruff")
    assert hook(folder, "ruff", "--version").returncode == 1


def test_the_runner_and_the_makefile_know_the_same_folder() -> None:
    """The one place where it is written twice, because git's hooks do not ask make."""
    makefile = re.search(r"^VENV \?= (\S+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    runner = re.search(r'get\("VENV"\) or "(\S+)"\)', (ROOT / "tools" / "run.py").read_text("utf-8"))
    assert makefile is not None
    assert runner is not None
    assert makefile[1] == runner[1]


def test_ci_calls_verbs_and_no_tool() -> None:
    """A tool that CI starts itself could be another one than everybody else's."""
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    commands = "\n".join(path.read_text("utf-8") for path in (*workflows, ROOT / ".ci" / "run"))
    assert workflows
    assert (
        re.findall(r"\b(?:ruff|mypy|pytest|tox|pre-commit|lint-imports|pip3?|poetry|uv) (?=[a-z./-])", commands) == []
    )


def test_tox_installs_the_exported_lock_and_nothing_else() -> None:
    """Hashes included; the tests run by the environment's own pytest."""
    settings = ConfigParser()
    settings.read(ROOT / "tox.ini")
    tox = settings["testenv"]
    assert tox["deps"] == "-r requirements/dev.txt"
    assert "--require-hashes" in tox["install_command"]
    assert tox["commands"].startswith("python -m pytest")
