"""Our code keeps the house rules, and code that breaks them is found."""

import sys

import pytest

from project import APPS
from tests.architecture.rules import ROOT, python_files, violations


def test_every_file_keeps_the_house_rules() -> None:
    """Sizes, escapes, patches and names; each finding is file:line: what."""
    found = [
        line for path in python_files() for line in violations(str(path.relative_to(ROOT)), path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "path, source, expected",
    [
        ("src/core/a.py", "x = 1\n" * 201, "201 lines"),
        ("src/core/a.py", "def f() -> None:\n" + "    print()\n" * 20, "f has 21 lines"),
        ("src/core/a.py", "x: int = '1'  # type" + ": ignore[assignment]\n", "silences a check"),
        ("src/core/a.py", "import os  # no" + "qa: F401\n", "silences a check"),
        ("src/core/a.py", "from typing import cast\n", "silences mypy"),
        ("tests/test_a.py", "from unittest import mock\n", "could be handed over"),
        ("tests/test_a.py", "def test_a(monkeypatch):\n    monkeypatch.setattr('a.b', 1)\n", "could be handed over"),
        ("src/core/utils.py", "", "named by what it is for"),
    ],
)
def test_a_broken_rule_is_found(path: str, source: str, expected: str) -> None:
    """The rules themselves are tried on code that breaks them."""
    assert expected in "\n".join(violations(path, source))


@pytest.mark.parametrize(
    "source",
    ["def f() -> None:\n" + "    print()\n" * 19, "def test_a(monkeypatch):\n    monkeypatch.setenv('CI', '1')\n"],
)
def test_code_within_the_limits_is_left_alone(source: str) -> None:
    """A limit that is met is not broken."""
    assert violations("tests/test_a.py", source) == []


def test_every_folder_of_apps_is_in_the_table_of_contents() -> None:
    """An app that nobody serves is either forgotten or dead."""
    folders = {path.parent.name for path in (ROOT / "src" / "apps").glob("*/__init__.py")}
    assert folders == set(APPS)


def test_no_tool_of_the_environment_hides_a_module_of_python() -> None:
    """Git's hooks run one of them as a script, and then its folder comes first on the path."""
    ours = {path.stem for path in (ROOT / "tools").iterdir()}
    assert ours & sys.stdlib_module_names <= {"__main__"}
