"""Liveness: busy, idle, stalled, or alive without a broker; read without importing the application."""

import http.server
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.observability.liveness import (
    ALIVE,
    MISSING,
    STALLED,
    Liveness,
    judge,
    main,
    read,
    remove_liveness,
    request_web,
    write_liveness,
)
from core.testing.services import free_port

NOW = 1_000_000.0
IDLE = Liveness(os.getpid(), at=NOW, loop_at=NOW, capacity=2)


@pytest.mark.parametrize(
    "liveness,status,sentence",
    [
        (IDLE, ALIVE, "worker is idle"),
        (Liveness(7, NOW, NOW, running=2, capacity=2), ALIVE, "worker is busy with 2 of 2 jobs"),
        (Liveness(7, NOW - 31, NOW), STALLED, "worker is stalled: no report for 31 s"),
        (Liveness(7, NOW, NOW - 31), STALLED, "worker is stalled: its main loop has not turned for 31 s"),
        (
            Liveness(7, NOW, NOW - 31, broker_down_since=NOW - 12),
            ALIVE,
            "worker is alive; the broker has been unavailable for 12 s",
        ),
    ],
)
def test_a_report_becomes_a_status_and_a_sentence(liveness: Liveness, status: int, sentence: str) -> None:
    assert judge("worker", liveness, NOW) == (status, sentence)


def test_a_process_without_a_report_is_not_running(tmp_path: Path) -> None:
    assert read(tmp_path, "beat")[0] == MISSING
    (tmp_path / "beat.json").write_text("{")
    assert read(tmp_path, "beat")[0] == MISSING


def test_a_report_of_a_process_that_is_gone_is_not_running(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    write_liveness(tmp_path, "worker", Liveness(ended.pid, NOW, NOW))
    assert read(tmp_path, "worker") == (MISSING, f"worker is not running: its process {ended.pid} is gone")


def test_a_process_of_another_user_is_running(tmp_path: Path) -> None:
    write_liveness(tmp_path, "worker", Liveness(1, NOW, NOW))
    assert read(tmp_path, "worker")[0] == STALLED


def test_a_process_removes_its_own_report_and_no_other(tmp_path: Path) -> None:
    write_liveness(tmp_path, "beat", IDLE)
    remove_liveness(tmp_path, "beat", 1)
    assert read(tmp_path, "beat")[0] == STALLED
    remove_liveness(tmp_path, "beat", os.getpid())
    assert "is not running" in read(tmp_path, "beat")[1]
    remove_liveness(tmp_path, "beat", os.getpid())


def test_the_report_is_read_without_importing_the_application(tmp_path: Path) -> None:
    write_liveness(tmp_path / "liveness", "worker", IDLE)
    script = (
        "import sys; from core.observability.liveness import main; main(['worker']); print('sqlalchemy' in sys.modules)"
    )
    environment = {"DATA_DIR": str(tmp_path), "PYTHONPATH": "src"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0].startswith("worker is stalled")
    assert done.stdout.splitlines()[1] == "False"


def test_the_env_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_liveness(tmp_path / "kept" / "liveness", "beat", IDLE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATA_DIR", raising=False)
    (tmp_path / ".env").write_text("DATA_DIR='kept'\n")
    assert main(["beat"]) == STALLED


def test_web_is_checked_by_a_request() -> None:
    class Failing(http.server.BaseHTTPRequestHandler):
        """A web process that answers with 500."""

        def do_GET(self) -> None:
            """Fail."""
            self.send_error(500)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    assert request_web("127.0.0.1", free_port())[0] == MISSING
    with http.server.HTTPServer(("127.0.0.1", 0), Failing) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        assert request_web("127.0.0.1", server.server_port) == (STALLED, "web responds with 500")


def test_a_wrong_name_prints_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["database"]) == MISSING
    assert "usage: manage.py liveness web|worker|beat" in capsys.readouterr().out


def test_a_port_that_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PORT", "abc")
    assert main(["web"]) == MISSING
    assert capsys.readouterr().out == "PORT=abc: must be a number\n"
