"""A new app passes every check as it is made, whatever it is called; and the command says what to do next."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from tools.bare_core import copied
from tools.pins import ROOT
from tools.startapp.__main__ import main
from tools.startapp.refusals import LONGEST

from tests.architecture.rules import violations

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("git_without_settings")]
BIN = Path(sys.executable).parent
# As short and as long as names may be; and no fork is likely to have apps of these names.
NAMES = ("q", "zoological_garden_ticket_sales")
THIRD = "quince_jam"
APPS = [f"src/apps/{name}" for name in NAMES]
MODELS = "tests/core/database/test_migrate.py::test_models_equal_migrations_for_every_branch_of_the_project"


@pytest.fixture(name="copy")
def copy_with_new_apps(tmp_path: Path) -> Path:
    """This project with two apps more."""
    copied(ROOT, tmp_path / "copy")
    assert [main([name], tmp_path / "copy") for name in NAMES] == [0, 0]
    return tmp_path / "copy"


def complaint(copy: Path, program: str, *arguments: str) -> str:
    """What a tool says in the copy, or nothing where it ends well; it knows nothing of the run that asks."""
    surroundings = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [str(BIN / program), *arguments]
    # Under tox the packages know no source but that of this project.
    surroundings["PYTHONPATH"] = f"{copy / 'src'}:{copy}"
    done = subprocess.run(command, cwd=copy, env=surroundings, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


def pytest_in(copy: Path, tests: Sequence[str]) -> str:
    """What the tests say, on the database that needs no server."""
    return complaint(copy, "python", "-m", "pytest", "--numprocesses=0", "-q", "-k", "not postgresql", *tests)


def test_a_new_app_is_as_the_tools_want_it(copy: Path) -> None:
    """Form, rules, spelling, types and imports."""
    if (ROOT / ".mypy_cache").exists():
        shutil.copytree(ROOT / ".mypy_cache", copy / ".mypy_cache")
    printed = [
        complaint(copy, "ruff", "format", "--check", "src/project", *APPS),
        complaint(copy, "ruff", "check", "src/project", *APPS),
        complaint(copy, "codespell", *APPS),
        complaint(copy, "mypy", *APPS),
        complaint(copy, "lint-imports", "--no-logo", "--no-cache"),
    ]
    assert printed == [""] * len(printed)


def test_a_new_app_keeps_the_house_rules(copy: Path) -> None:
    """Those that no linter knows."""
    files = [file for app in APPS for file in (copy / app).rglob("*.py")]
    assert [line for file in files for line in violations(str(file.relative_to(copy)), file.read_text("utf-8"))] == []
    assert files


def test_a_new_app_works_and_its_migrations_make_its_models_tables(copy: Path) -> None:
    """By its own tests, and by the one of every app."""
    assert pytest_in(copy, [*APPS, MODELS]) == ""


def test_the_tests_of_a_new_app_fail_where_it_does_not_work(copy: Path) -> None:
    """So it is not for want of tests that they pass."""
    service = copy / APPS[0] / "service.py"
    service.write_text(service.read_text("utf-8").replace("len(item.text.split())", "0"), "utf-8")
    assert "3 failed" in pytest_in(copy, APPS[:1])


def test_the_names_that_are_tried_are_at_the_limits() -> None:
    """Shorter lines or longer ones would have another form."""
    assert [len(name) for name in NAMES] == [1, LONGEST]


def test_what_is_made_is_told_and_what_to_do_next(
    copy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files, the checks, the request that tries it on the port that web listens on, and the way back."""
    monkeypatch.setenv("PORT", "8123")
    capsys.readouterr()
    assert main([THIRD], copy) == 0
    printed = capsys.readouterr().out
    app = copy / "src" / "apps" / THIRD
    files = [str(path.relative_to(app)) for path in app.rglob("*.py")]
    assert [file for file in files if f"  {file} " not in printed] == []
    assert f"curl -i localhost:8123/{THIRD}/items" in printed
    assert all(words in printed for words in ("make check", f"db migrate {THIRD}", f"db downgrade {THIRD} base"))


def test_a_name_that_is_refused_changes_nothing(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one line."""
    before = sorted(copy.rglob("*"))
    assert main(["q"], copy) == 1
    assert capsys.readouterr().err.startswith("golden-core: no app was made: src/apps/q exists already")
    assert sorted(copy.rglob("*")) == before


def test_a_project_that_cannot_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the file that is in the way."""
    assert main(["shop"], tmp_path) == 1
    assert "src/project/__init__.py: No such file" in capsys.readouterr().err


def test_the_entry_for_people_teaches_it_before_there_is_an_environment() -> None:
    """Without a single package."""
    command = [sys.executable, "-S", str(ROOT / "manage.py"), "startapp", "--help"]
    printed = subprocess.check_output(command, text=True)
    assert "./manage.py startapp shop" in printed
