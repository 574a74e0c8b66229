"""Every import contract fails on a violation that is planted for it, and says so by its name."""

import re
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

ANATOMY = ("__init__", "routes", "tasks", "schemas", "service", "store", "messages", "models", "config", "errors")

PLANTED = [
    ("direction", "src/core/errors.py", "import apps"),
    ("direction", "src/core/errors.py", "import project"),
    ("direction", "src/apps/lamps/service.py", "import project"),
    ("direction", "src/shared/__init__.py", "import apps"),
    ("direction", "src/core/errors.py", "import shared"),
    ("tools-apart", "tools/pins.py", "import core.errors"),
    ("service-apart", "src/core/errors.py", "import tools.pins"),
    ("service-apart", "src/apps/lamps/service.py", "import tools.pins"),
    ("service-apart", "src/shared/__init__.py", "import tools.pins"),
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
    ("frameworks", "src/apps/lamps/service.py", "import core.http"),
    ("frameworks", "src/apps/lamps/messages.py", "import flask_restx"),
    ("frameworks", "src/apps/lamps/errors.py", "import werkzeug"),
    ("no-circles", "src/core/jobs/states.py", "import core.jobs.models"),
    ("edge", "src/apps/lamps/routes.py", "import core.http.resources"),
    ("edge", "src/shared/__init__.py", "import core.http.resources"),
    ("edge", "src/apps/lamps/store.py", "from core.jobs.models import Job"),
    ("edge", "src/apps/lamps/tasks.py", "import core.broker.publisher"),
    ("core-layers", "src/core/errors.py", "import core.factory"),
    ("core-layers", "src/core/database/engine.py", "import core.broker.celery"),
    ("core-layers", "src/core/http/health.py", "import core.extensions"),
    ("core-layers", "src/core/http/resources.py", "import core.worker.tasks"),
    ("core-layers", "src/core/drawer.py", "import core.errors"),
    ("core-layers", "src/core/csv/errors.py", "import core.storage"),
    ("edge", "src/apps/lamps/service.py", "import core.csv.layout"),
]


@pytest.fixture(name="report", scope="module")
def report_of_every_violation(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What import-linter reports, by contract, about a copy with two more apps in which every violation is planted."""
    copy = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for folder in ("src", "tools"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for app in ("lamps", "chairs"):
        (copy / "src" / "apps" / app).mkdir()
        for name in ANATOMY:
            (copy / "src" / "apps" / app / f"{name}.py").touch()
    for _, file, line in PLANTED:
        with (copy / file).open("a") as module:
            module.write(f"\n{line}\n")
    return by_contract(linted(copy))


def linted(copy: Path) -> str:
    """The output of import-linter in a folder."""
    command = [str(LINTER), "--no-logo", "--no-cache"]
    path = {"PYTHONPATH": str(copy / "src")}
    return subprocess.run(command, cwd=copy, capture_output=True, text=True, env=path, check=False).stdout


def by_contract(output: str) -> dict[str, str]:
    """The sections of the output, each under the name of a broken contract and a line of dashes."""
    parts = re.split(r"^(.+)\n-+\n", output.partition("Broken contracts")[2], flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def module_of(file: str) -> str:
    """The dotted name of a Python file."""
    return file.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@pytest.mark.parametrize("contract, file, line", PLANTED)
def test_a_planted_import_breaks_its_contract(contract: str, file: str, line: str, report: dict[str, str]) -> None:
    importer, imported = module_of(file), line.split()[1]
    # An import by its modules, a circle by their names within their folder, a file without a layer by its name.
    violations = (
        f"{importer} -> {imported} ",
        f".{importer.split('.')[-1]} -> .{imported.split('.')[-1]} ",
        f"- {importer}\n",
    )
    assert any(violation in report[NAMES[contract]] for violation in violations)


def test_every_package_is_known_to_the_contracts() -> None:
    """Another package of src would be held to no contract."""
    packages = {file.parent.name for file in (ROOT / "src").glob("*/__init__.py")}
    assert packages | {"tools"} == set(SETTINGS["tool"]["importlinter"]["root_packages"])


def test_every_contract_has_a_planted_violation() -> None:
    """A contract that has never been seen to fail may be one that cannot."""
    assert {contract for contract, _, _ in PLANTED} == set(NAMES)
