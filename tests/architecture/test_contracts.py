"""Every import contract fails on a violation that is planted for it, and says so by its name."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NAMES = {contract["id"]: contract["name"] for contract in SETTINGS["tool"]["importlinter"]["contracts"]}
LINTER = Path(sys.executable).parent / "lint-imports"

PLANTED = [
    ("direction", "src/core/errors.py", "import apps"),
    ("direction", "src/core/errors.py", "import project"),
    ("direction", "src/apps/lamps/service.py", "import project"),
    ("tools-apart", "tools/pins.py", "import core.errors"),
    ("service-apart", "src/core/errors.py", "import tools.pins"),
    ("service-apart", "src/apps/lamps/service.py", "import tools.pins"),
    ("independence", "src/apps/lamps/service.py", "import apps.chairs.messages"),
    ("anatomy", "src/apps/lamps/service.py", "import apps.lamps.routes"),
    ("anatomy", "src/apps/lamps/routes.py", "import apps.lamps.tasks"),
    ("anatomy", "src/apps/lamps/schemas.py", "import apps.lamps.service"),
    ("anatomy", "src/apps/lamps/store.py", "import apps.lamps.service"),
    ("anatomy", "src/apps/lamps/messages.py", "import apps.lamps.store"),
    ("anatomy", "src/apps/lamps/errors.py", "import apps.lamps.models"),
    ("anatomy", "src/apps/lamps/drawer.py", "import apps.lamps.errors"),
    ("shelf", "src/apps/lamps/tasks.py", "import apps.lamps.store"),
    ("frameworks", "src/apps/lamps/service.py", "import flask"),
    ("frameworks", "src/apps/lamps/store.py", "import celery"),
    ("frameworks", "src/apps/lamps/messages.py", "import flask_restx"),
    ("frameworks", "src/apps/lamps/errors.py", "import werkzeug"),
    ("edge", "src/apps/lamps/routes.py", "import core.http.resources"),
    ("edge", "src/apps/lamps/store.py", "from core.jobs.models import Job"),
    ("edge", "src/apps/lamps/tasks.py", "import core.broker.publisher"),
    ("core-layers", "src/core/errors.py", "import core.factory"),
    ("core-layers", "src/core/database/engine.py", "import core.broker.celery"),
    ("core-layers", "src/core/http/health.py", "import core.extensions"),
    ("core-layers", "src/core/http/resources.py", "import core.worker.tasks"),
    ("core-layers", "src/core/drawer.py", "import core.errors"),
]


@pytest.fixture(name="copy")
def copy_with_two_apps(tmp_path: Path) -> Path:
    """The source as it is, and two apps of the whole anatomy that import nothing."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for folder in ("src", "tools"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    anatomy = ["__init__", "routes", "tasks", "schemas", "service", "store", "messages", "models", "config", "errors"]
    for app in ("lamps", "chairs"):
        (tmp_path / "src" / "apps" / app).mkdir()
        for name in anatomy:
            (tmp_path / "src" / "apps" / app / f"{name}.py").touch()
    return tmp_path


def linted(copy: Path, *contracts: str) -> str:
    """What import-linter says of some contracts."""
    command = [str(LINTER), "--no-logo", "--no-cache", *(f"--contract={contract}" for contract in contracts)]
    done = subprocess.run(
        command, cwd=copy, capture_output=True, text=True, env={"PYTHONPATH": str(copy / "src")}, check=False
    )
    return done.stdout


@pytest.mark.parametrize("contract, file, line", PLANTED)
def test_a_planted_import_breaks_its_contract(contract: str, file: str, line: str, copy: Path) -> None:
    """One line in one file, and the contract that forbids it is named."""
    with (copy / file).open("a") as module:
        module.write(f"\n{line}\n")
    assert f"{NAMES[contract]} BROKEN" in linted(copy, contract)


def test_every_contract_is_kept_where_nothing_is_planted(copy: Path) -> None:
    """The copy is sound, so it is the planted line that breaks it."""
    said = linted(copy, *NAMES)
    assert [name for name in NAMES.values() if f"{name} KEPT" not in said] == []


def test_every_contract_has_a_planted_violation() -> None:
    """A contract that nobody has seen failing may be one that cannot."""
    assert {contract for contract, _, _ in PLANTED} == set(NAMES)
