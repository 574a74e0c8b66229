"""Commands as processes: watching that is interrupted, and a liveness check that starts fast."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from core.config import Settings
from core.jobs.states import State
from core.testing import JobFactory
from core.testing.services import free_port
from core.testing.waiting import PATIENCE, wait_until
from tests.architecture.rules import ROOT
from tests.core.commands.conftest import Manage
from tests.core.marks import on_sqlite
from tests.core.processes import Running, clean_environment, python, running

pytestmark = pytest.mark.slow


@contextmanager
def watching(settings: Settings, folder: Path, job_id: UUID) -> Iterator[Running]:
    """`manage.py jobs watch` of the toy's project."""
    environment = clean_environment(
        ENVIRONMENT="test", DATABASE_URL=settings.database, DATA_DIR=str(folder), PYTHONUNBUFFERED="1"
    )
    command = [sys.executable, "-m", "tests.core.toy_manage", "jobs", "watch", str(job_id)]
    with running(command, folder, environment) as process:
        yield process


@on_sqlite
def test_a_job_is_watched_to_its_end(settings: Settings, jobs: JobFactory, tmp_path: Path) -> None:
    claim = jobs.claim(jobs.enqueue())
    with watching(settings, tmp_path, claim.id) as process:
        wait_until(lambda: "running" in process.output(), what="the first poll")
        jobs.progress(claim, 2, 4, "half way")
        wait_until(lambda: "[##########..........] 2/4 half way" in process.output(), what="the progress")
        jobs.end(claim, State.SUCCEEDED)
        assert process.process.wait(PATIENCE) == 0
    assert process.output().splitlines()[-1].startswith("toy.write_note  succeeded")


@on_sqlite
def test_interrupted_watching_does_not_change_the_job(settings: Settings, jobs: JobFactory, tmp_path: Path) -> None:
    job_id = jobs.enqueue()
    with watching(settings, tmp_path, job_id) as process:
        wait_until(lambda: "queued" in process.output(), what="the first poll")
        assert process.end(signal.SIGINT) == 130
    assert process.output().splitlines()[-1] == (
        f"stopped watching; the job continues (to cancel it: manage.py jobs cancel {job_id})"
    )
    assert jobs.read(job_id).state == "queued"


def test_liveness_is_a_command_like_the_others(manage: Manage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert manage("liveness", "worker").exit_code == 2
    assert manage("liveness", "everything").exit_code == 2


def test_liveness_imports_only_the_standard_library(tmp_path: Path) -> None:
    done = python("-X", "importtime", str(ROOT / "manage.py"), "liveness", "beat", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "beat is not running: no report in var/liveness\n")
    assert "core.observability.liveness" in done.stderr
    assert not any(name in done.stderr for name in ("click", "sqlalchemy", "pydantic"))


def test_liveness_reads_the_port_as_the_settings_do(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / ".env").write_text(f'export PORT = "{port}"  # of web\n')
    done = python(str(ROOT / "manage.py"), "liveness", "web", cwd=tmp_path, PORT="tcp://10.96.0.7:80")
    assert (done.returncode, done.stdout) == (2, f"web does not listen on 127.0.0.1:{port}\n")
