"""Web starts without what only other commands need."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT

SCRIPT = "import sys; import project.web; print(*sys.modules, sep='\\n')"


def test_web_imports_nothing_that_only_other_commands_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    imported = subprocess.check_output([sys.executable, "-c", SCRIPT], text=True, cwd=tmp_path).split()
    assert "core.factory" in imported
    assert not {"alembic", "mako", "honcho", "watchfiles", "pytest", "core.migrate", "core.commands"} & set(imported)
