"""Web starts without what only other commands need."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT

pytestmark = pytest.mark.whole

SCRIPT = "import sys; import project.{}; print(*sys.modules, sep='\\n')"


def imported_by(process: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every module that a process has when it is ready to serve."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.setenv("DATA_DIR", str(folder))
    command = [sys.executable, "-c", SCRIPT.format(process)]
    return set(subprocess.check_output(command, text=True, cwd=folder).split())


def test_web_imports_nothing_that_only_other_commands_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = imported_by("web", tmp_path, monkeypatch)
    assert "core.factory" in imported
    assert not {"alembic", "mako", "honcho", "watchfiles", "pytest", "core.migrate", "core.commands"} & imported


def test_what_serves_metrics_is_imported_by_web_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = {"core.metrics", "prometheus_client"}
    assert metrics <= imported_by("web", tmp_path, monkeypatch)
    assert not metrics & imported_by("worker", tmp_path, monkeypatch)
    monkeypatch.setenv("METRICS", "0")
    assert not metrics & imported_by("web", tmp_path, monkeypatch)


def test_what_sends_traces_is_imported_only_where_settings_say_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The rest of OpenTelemetry is imported by redis, which takes what it finds.
    sending = {"core.telemetry", "opentelemetry.sdk.trace", "google.protobuf"}
    for process in ("web", "worker"):
        assert not sending & imported_by(process, tmp_path, monkeypatch)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    assert sending <= imported_by("worker", tmp_path, monkeypatch)
