"""The liveness tells busy from idle from stalled from broker-away, and starts at once."""

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
    ask_web,
    judge,
    main,
    read,
    remove_liveness,
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
        (Liveness(7, NOW - 31, NOW), STALLED, "worker is stalled: no liveness for 31 s"),
        (Liveness(7, NOW, NOW - 31), STALLED, "worker is stalled: its main loop stands still for 31 s"),
        (
            Liveness(7, NOW, NOW - 31, broker_away_since=NOW - 12),
            ALIVE,
            "worker is alive, but the broker is away since 12 s",
        ),
    ],
)
def test_a_pulse_is_judged(liveness: Liveness, status: int, sentence: str) -> None:
    assert judge("worker", liveness, NOW) == (status, sentence)


def test_a_process_without_a_pulse_does_not_run_here(tmp_path: Path) -> None:
    assert read(tmp_path, "beat")[0] == MISSING
    (tmp_path / "beat.json").write_text("{")
    assert read(tmp_path, "beat")[0] == MISSING


def test_a_pulse_whose_process_is_gone_is_of_none_that_runs(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    write_liveness(tmp_path, "worker", Liveness(ended.pid, NOW, NOW))
    assert read(tmp_path, "worker") == (MISSING, f"worker is not running: its process {ended.pid} is gone")


def test_another_users_process_is_there_too(tmp_path: Path) -> None:
    write_liveness(tmp_path, "worker", Liveness(1, NOW, NOW))
    assert read(tmp_path, "worker")[0] == STALLED


def test_a_process_that_ends_leaves_no_pulse_and_takes_nobody_elses(tmp_path: Path) -> None:
    write_liveness(tmp_path, "beat", IDLE)
    remove_liveness(tmp_path, "beat", 1)
    assert read(tmp_path, "beat")[0] == STALLED
    remove_liveness(tmp_path, "beat", os.getpid())
    assert "has no liveness" in read(tmp_path, "beat")[1]
    remove_liveness(tmp_path, "beat", os.getpid())


def test_the_pulse_is_read_without_the_application(tmp_path: Path) -> None:
    write_liveness(tmp_path / "liveness", "worker", IDLE)
    script = (
        "import sys; from core.observability.liveness import main; main(['worker']); print('sqlalchemy' in sys.modules)"
    )
    environment = {"DATA_DIR": str(tmp_path), "PYTHONPATH": "src"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0].startswith("worker is stalled")
    assert done.stdout.splitlines()[1] == "False"


def test_settings_of_the_env_file_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_liveness(tmp_path / "kept" / "liveness", "beat", IDLE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATA_DIR", raising=False)
    (tmp_path / ".env").write_text("DATA_DIR='kept'\n")
    assert main(["beat"]) == STALLED


def test_web_is_asked_over_http() -> None:
    class Failing(http.server.BaseHTTPRequestHandler):
        """A web process that answers with 500."""

        def do_GET(self) -> None:
            """Fail."""
            self.send_error(500)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    assert ask_web("127.0.0.1", free_port())[0] == MISSING
    with http.server.HTTPServer(("127.0.0.1", 0), Failing) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        assert ask_web("127.0.0.1", server.server_port) == (STALLED, "web answers with 500")


def test_a_wrong_name_is_answered_with_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["database"]) == MISSING
    assert "usage: manage.py liveness web|worker|beat" in capsys.readouterr().out
