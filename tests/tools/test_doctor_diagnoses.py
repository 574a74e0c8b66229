"""The doctor on the port of web and on the environment: what is broken is named as what it is."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tools import doctor, port
from tools.findings import Finding, Subject
from tools.pins import ROOT

DIGEST = hashlib.sha256((ROOT / "requirements" / "dev.txt").read_bytes()).hexdigest()


def subject(folder: Path, number: str = "1") -> Subject:
    """This project with its environment somewhere else, and with a port."""
    return Subject(ROOT, folder, number)


SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response({status})
        self.end_headers()
web = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(web.server_port, flush=True)
web.serve_forever()
"""


@contextmanager
def answering(status: int) -> Iterator[str]:
    """The port of a program that answers every request with this status."""
    command = [sys.executable, "-c", SERVER.format(status=status)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        yield program.stdout.readline().strip()
        program.kill()


def test_a_port_of_another_program_is_wrong(tmp_path: Path) -> None:
    """With a command that works."""
    with answering(404) as taken:
        finding = port.check(subject(tmp_path, taken))
    assert (finding.state, finding.found) == ("wrong", f"{taken} is in use by another program")
    assert port.check(subject(tmp_path, finding.fix.removeprefix("make run PORT="))).state == "ok"


def test_the_port_of_a_running_service_is_no_fault(tmp_path: Path) -> None:
    """Its /health/live answers."""
    with answering(200) as taken:
        finding = port.check(subject(tmp_path, taken))
    assert (finding.state, finding.found) == ("note", f"{taken} is in use by a running Golden Core")


@pytest.mark.parametrize("number", ["abc", "0", "65536", "-1", "80.5", "²", ""])
def test_a_port_that_is_no_number_is_one_line(number: str, tmp_path: Path) -> None:
    """No traceback."""
    finding = port.check(subject(tmp_path, number))
    assert finding.state == "wrong"
    assert f"PORT={number} is no number from 1 to 65535" in finding.found


@pytest.mark.parametrize(
    "variable, file, expected",
    [
        ("", "", "8000"),
        ("", "PORT=8123\n", "8123"),
        ("", "#PORT=1\nexport PORT = '8124' # mine\n", "8124"),
        ("", "PORT=1\nPORT=8125\n", "8125"),
        ("", "#PORT=8123\n", "8000"),
        ("8126", "PORT=8123\n", "8126"),
        ("tcp://10.0.0.1:80", "PORT=8127\n", "8127"),
    ],
)
def test_the_port_is_the_one_that_web_would_use(
    variable: str, file: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment's, else that of .env, else the documented default."""
    shutil.copy(ROOT / ".env.example", tmp_path)
    (tmp_path / ".env").write_text(file, "utf-8")
    monkeypatch.setenv("PORT", variable)
    assert port.configured(tmp_path) == expected


def environment(folder: Path, stamp: str = DIGEST) -> Finding:
    """What the doctor finds about an environment with this stamp."""
    (folder / ".installed").write_text(f"here\n{stamp}", "utf-8")
    return doctor.environment(subject(folder))


@pytest.fixture(name="made")
def environment_that_was_made(tmp_path: Path) -> Path:
    """An environment with a Python and with ruff."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name in ("python", "ruff"):
        (tmp_path / ".venv" / "bin" / name).write_text("#!/bin/sh\n", "utf-8")
        (tmp_path / ".venv" / "bin" / name).chmod(0o755)
    return tmp_path / ".venv"


def test_a_missing_or_old_environment_is_made_by_the_next_verb(made: Path, tmp_path: Path) -> None:
    """No fault of a fresh clone."""
    missing = doctor.environment(subject(tmp_path / "nothing"))
    assert (missing.state, missing.fix) == ("note", "make setup")
    assert "does not exist" in missing.found
    assert environment(made).state == "ok"
    older = environment(made, "another lock")
    assert (older.state, older.found, older.fix) == ("note", ".venv is older than the lock", "make setup")


def test_a_broken_python_of_the_environment_is_named(made: Path) -> None:
    """After an upgrade of the system's Python; make setup makes it anew."""
    (made / "bin" / "python").unlink()
    (made / "bin" / "python").symlink_to("/no/such/python")
    found = environment(made)
    assert (found.state, found.fix) == ("note", "make setup")
    assert ".venv/bin/python does not run" in found.found


def test_programs_of_the_environment_that_are_missing_or_do_not_start_are_told_apart(made: Path) -> None:
    """A file that was deleted is no fault of the operating system."""
    (made / "bin" / "ruff").write_text("#!/no/such/loader\n", "utf-8")
    broken = environment(made)
    (made / "bin" / "ruff").unlink()
    missing = environment(made)
    assert [each.found for each in (broken, missing)] == [".venv/bin/ruff does not start", ".venv/bin/ruff is missing"]
    assert [each.state for each in (broken, missing)] == ["wrong", "wrong"]
    assert missing.fix == "make clean setup"
