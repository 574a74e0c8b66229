"""Web and the commands import only what they need."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT

pytestmark = pytest.mark.slow

SCRIPT = "import sys; import {}; print(*sys.modules, sep='\\n')"


def imported_by(module: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The modules that are loaded by importing this one."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.setenv("DATA_DIR", str(folder))
    command = [sys.executable, "-c", SCRIPT.format(module)]
    return set(subprocess.check_output(command, text=True, cwd=folder).split())


def test_web_imports_nothing_that_only_commands_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = imported_by("project.web", tmp_path, monkeypatch)
    assert "core.factory" in imported
    assert not {"alembic", "mako", "watchfiles", "pytest"} & imported
    assert not {"core.database.migrate", "core.commands"} & imported


def test_commands_import_neither_metrics_nor_the_exporter_of_traces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Redis imports a part of OpenTelemetry itself.
    imported = imported_by("core.commands", tmp_path, monkeypatch)
    assert "core.composition" in imported
    assert not {"core.factory", "prometheus_client", "opentelemetry.sdk.trace", "google.protobuf"} & imported
