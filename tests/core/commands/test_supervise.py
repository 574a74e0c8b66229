"""All processes under one supervisor: they start together, end together, and leave nothing behind."""

import os
import shutil
import signal
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest

from core.testing.services import free_port
from core.testing.waiting import PATIENCE, wait_until
from tests.architecture.rules import ROOT
from tests.chaos.process import children_of, parents
from tests.core.processes import Running, clean_environment, running

pytestmark = pytest.mark.slow
SCRIPT = """
import sys
from core.commands.supervise import supervise
sys.exit(supervise(dict(word.split("=", 1) for word in sys.argv[2:]), float(sys.argv[1])))
"""
QUIET = "sh -c 'echo up; exec sleep 600'"
DEAF = "sh -c 'trap \"\" TERM INT HUP; echo up; sleep 600; sleep 600'"


@contextmanager
def supervised(folder: Path, *commands: str, grace: float = 5) -> Iterator[Running]:
    """These commands under the supervisor, once each of them is up."""
    with running([sys.executable, "-c", SCRIPT, str(grace), *commands], folder, clean_environment()) as process:
        wait_until(lambda: process.said().count("| up") >= sum("echo up" in word for word in commands))
        yield process


def below(pid: int) -> dict[int, str]:
    """Every process below this one, with its command line."""
    children = children_of(pid)
    lines = {child: of_the_system(child, "cmdline").replace("\0", " ") for child in children}
    return lines | {grandchild: line for child in children for grandchild, line in below(child).items()}


def of_the_system(pid: int, file: str) -> str:
    """What it says of a process; nothing of one that has just ended."""
    try:
        return Path(f"/proc/{pid}/{file}").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def are_gone(pids: Iterable[int]) -> bool:
    return not parents().keys() & set(pids)


def test_a_process_that_ends_is_named_and_the_others_are_stopped(tmp_path: Path) -> None:
    leaving = f"sh -c 'echo up; until test -e {tmp_path}/leave; do sleep 0.05; done'"
    with supervised(tmp_path, f"web={QUIET}", f"worker={leaving}") as process:
        processes = below(process.process.pid)
        (tmp_path / "leave").touch()
        assert process.process.wait(PATIENCE) == 1
        assert "worker ended with exit status 0" in process.said()
        wait_until(lambda: are_gone(processes), what="the end of every process")


def test_a_closed_terminal_ends_all_and_is_no_failure(tmp_path: Path) -> None:
    with supervised(tmp_path, f"web={QUIET}", f"worker={QUIET}") as process:
        processes = below(process.process.pid)
        assert process.end(signal.SIGHUP) == 128 + signal.SIGHUP
        assert "ended with" not in process.said()
        assert len(processes) >= 2
        wait_until(lambda: are_gone(processes), what="the end of every process")


def test_who_does_not_listen_is_killed_after_the_grace(tmp_path: Path) -> None:
    with supervised(tmp_path, f"web={DEAF}", grace=0.1) as process:
        processes = below(process.process.pid)
        assert process.end(signal.SIGINT) == 130
        wait_until(lambda: are_gone(processes), what="the end of every process")


def test_a_second_signal_ends_everything_at_once(tmp_path: Path) -> None:
    with supervised(tmp_path, f"web={DEAF}", grace=600) as process:
        process.process.send_signal(signal.SIGINT)
        wait_until(lambda: "once more to stop at once" in process.said())
        assert process.end(signal.SIGINT) == 130


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=20) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


@contextmanager
def service(folder: Path, root: Path, **values: str) -> Iterator[Running]:
    """`manage.py run` of the project in this folder, ready."""
    port = free_port()
    environment = clean_environment(DATA_DIR=str(folder / "var"), PORT=str(port), STOP_GRACE="5", **values)
    with running([sys.executable, str(root / "manage.py"), "run"], folder, environment) as process:
        wait_until(lambda: is_ready(port) and started(process) == 1, what="the service being ready")
        yield process


def started(process: Running) -> int:
    """How many times a worker said that it takes jobs."""
    return process.said().count(" ready.")


def test_a_worker_that_is_killed_ends_the_service_and_is_named(tmp_path: Path) -> None:
    with service(tmp_path, ROOT) as process:
        processes = below(process.process.pid)
        os.kill(min(pid for pid, line in processes.items() if " worker " in line and "celery" in line), signal.SIGKILL)
        assert process.process.wait(PATIENCE) == 128 + signal.SIGKILL
        assert "worker was killed by SIGKILL" in process.said()
        wait_until(lambda: are_gone(processes), what="the end of every process")


def test_a_change_of_the_code_restarts_web_and_worker_and_ctrl_c_ends_all(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    with service(tmp_path, tmp_path, RELOAD="1") as process:
        booted = process.said().count("Booting worker")
        with (tmp_path / "src" / "core" / "errors.py").open("a") as module:
            module.write("# changed\n")
        wait_until(lambda: started(process) == 2 and process.said().count("Booting worker") > booted, what="a restart")
        processes = below(process.process.pid)
        assert process.end(signal.SIGINT) == 128 + signal.SIGINT
        wait_until(lambda: are_gone(processes), what="the end of every process")
