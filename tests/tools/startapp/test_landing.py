"""A new app is there as a whole or not at all, whatever happens while it is made."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tools.pins import ROOT
from tools.startapp.landing import put

FILES = {"__init__.py": "", "tests/__init__.py": ""}
# Ends itself while the second file is written.
ENDED = """
import os, signal, sys
from pathlib import Path
from tools.startapp.landing import interrupt_on_signals, put

class Files(dict):
    def items(self):
        yield "__init__.py", ""
        os.kill(os.getpid(), signal.Signals[sys.argv[2]])
        yield "routes.py", ""

interrupt_on_signals()
put(Files(), Path(sys.argv[1], "apps", "lamps"), Path(sys.argv[1], "register.py"), "after")
"""
WAITING = """
import os, signal
from tools.startapp.landing import interrupt_on_signals, uninterrupted

interrupt_on_signals()
with uninterrupted():
    os.kill(os.getpid(), signal.SIGINT)
    print("done", flush=True)
print("not reached")
"""


@pytest.fixture(name="project")
def project_without_an_app(tmp_path: Path) -> Path:
    """A folder for apps and a register."""
    (tmp_path / "apps").mkdir()
    (tmp_path / "register.py").write_text("before", "utf-8")
    return tmp_path


def state(project: Path) -> tuple[str, list[str]]:
    """What the register says, and every file or folder of the apps."""
    apps = project / "apps"
    return (project / "register.py").read_text("utf-8"), sorted(str(path.relative_to(apps)) for path in apps.rglob("*"))


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A program of its own, which can be ended."""
    settings = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False)


def test_every_file_and_the_register_are_written(project: Path) -> None:
    """With the rights that any new folder has."""
    put(FILES, project / "apps" / "lamps", project / "register.py", "after")
    assert state(project) == ("after", ["lamps", "lamps/__init__.py", "lamps/tests", "lamps/tests/__init__.py"])
    assert (project / "apps" / "lamps").stat().st_mode == (project / "apps").stat().st_mode


def test_a_file_that_cannot_be_written_leaves_nothing_behind(project: Path) -> None:
    """The disk is full, or the path is one that cannot be."""
    with pytest.raises(OSError, match="__init__"):
        put(
            {"__init__.py": "", "__init__.py/more.py": ""}, project / "apps" / "lamps", project / "register.py", "after"
        )
    assert state(project) == ("before", [])


def test_a_register_that_cannot_be_replaced_takes_the_app_with_it(project: Path) -> None:
    """The last of the steps."""
    (project / "register").mkdir()
    with pytest.raises(OSError, match="register"):
        put(FILES, project / "apps" / "lamps", project / "register", "after")
    assert state(project) == ("before", [])


@pytest.mark.parametrize("signal", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_whoever_ends_it_midway_finds_nothing(signal: str, project: Path) -> None:
    """Ctrl-C, a time limit, a terminal that is closed."""
    assert "KeyboardInterrupt" in run(ENDED, str(project), signal).stderr
    assert state(project) == ("before", [])


def test_the_two_last_steps_are_one() -> None:
    """Ctrl-C between them comes after them."""
    done = run(WAITING)
    assert done.stdout == "done\n"
    assert "KeyboardInterrupt" in done.stderr
