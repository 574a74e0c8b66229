"""docs/core.md lists what apps may import from core: no more than core exports, and no less than apps use."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT

PAGE = (ROOT / "docs" / "core.md").read_text("utf-8")
SECTION = re.compile(r"^## (core\.\w+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"^\| `([\w.]+)` \|", re.MULTILINE)
LISTED = {module: set(NAME.findall(text)) for module, text in SECTION.findall(PAGE)}
FOLDERS = sorted(path.parent for path in (ROOT / "src" / "core").glob("*/__init__.py"))
EXPORTING = [f"core.{folder.name}" for folder in FOLDERS if "__all__" in (folder / "__init__.py").read_text("utf-8")]
# The template of new apps, and the example app if it was not deleted; their tests may look inside of core.
USERS = [
    *sorted((ROOT / "tools" / "startapp" / "template").glob("*.py.txt")),
    *(path for path in sorted((ROOT / "src" / "apps").rglob("*.py")) if "tests" not in path.parts),
]


def exported(module: str) -> set[str]:
    """The names of the module's `__all__`."""
    names: list[str] = vars(importlib.import_module(module))["__all__"]
    return set(names)


def imported(path: Path) -> Iterator[tuple[str, str]]:
    """The module and the name of each import from core; the template's placeholders are made to parse."""
    source = re.sub(r"\$\{?\w+\}?", "Name", path.read_text("utf-8"))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("core."):
            yield from ((node.module, alias.name) for alias in node.names)


def is_listed(module: str, name: str) -> bool:
    """Whether the page names it, in the module's section or with its whole path."""
    section = LISTED.get(".".join(module.split(".")[:2]), set())
    return f"{module}.{name}" in section or (name in section and module.count(".") == 1)


@pytest.mark.parametrize("module", EXPORTING)
def test_the_page_lists_what_a_folder_exports(module: str) -> None:
    """In both directions: a new export is documented, and a removed one disappears from the page."""
    assert LISTED.get(module) == exported(module)


@pytest.mark.parametrize("module", sorted(LISTED))
def test_every_listed_name_exists(module: str) -> None:
    """Modules without `__all__` export at least what the page lists."""
    for name in LISTED[module]:
        home, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(home or module), attribute), f"{module} has no {name}"


def test_everything_that_apps_import_is_listed() -> None:
    """The example app and the template of new apps stay within the public edge."""
    used = {found for path in USERS for found in imported(path)}
    assert used
    assert [f"{module}.{name}" for module, name in sorted(used) if not is_listed(module, name)] == []
