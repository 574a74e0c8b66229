"""`manage.py run`: the whole service starts, restarts on a change and stops, and its processes stop with it."""

import shlex
import shutil
import signal
import socket
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest

from core.commands.processes import all_commands
from core.composition import Composition
from core.testing.services import free_port
from core.testing.waiting import PATIENCE, wait_until
from tests.architecture.rules import ROOT
from tests.core.commands.supervised import (
    TERMINAL,
    below,
    in_foreground,
    kill,
    started,
    supervisor,
    wait_for_the_end,
)
from tests.core.marks import on_sqlite
from tests.core.processes import Running, clean_environment, running
from tests.core.toy.messages import Climb
from tests.core.workers import environment_of, job

pytestmark = pytest.mark.slow


def is_ready(port: int) -> bool:
    """Whether web answers that the service is ready."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def is_free(port: int) -> bool:
    """Whether nothing listens on a port."""
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def worker_starts(process: Running) -> int:
    """How many times a worker has started to take jobs."""
    return process.output().count(" ready.")


@contextmanager
def service(folder: Path, root: Path, *wrapper: str, **values: str) -> Iterator[tuple[Running, list[int], int]]:
    """`manage.py run` of the project in this folder, ready: what was started, all ids below it, and the port."""
    port = free_port()
    environment = clean_environment(
        DATA_DIR=str(folder / "var"), PORT=str(port), STOP_GRACE="5", NO_COLOR="1", **values
    )
    command = [*wrapper, sys.executable, str(root / "manage.py"), "run"]
    with running(command, folder, environment) as process:
        wait_until(lambda: is_ready(port) and worker_starts(process) == 1, what="the service being ready")
        pids = list(below(process.process.pid))
        try:
            yield process, pids, port
        finally:
            kill(*pids)


def test_a_worker_that_is_killed_stops_the_service_and_is_named(tmp_path: Path) -> None:
    with service(tmp_path, ROOT) as (process, pids, _):
        lines = below(process.process.pid)
        kill(min(pid for pid, line in lines.items() if " worker " in line and "celery" in line))
        assert process.process.wait(PATIENCE) == 128 + signal.SIGKILL
        assert "worker was killed by SIGKILL" in process.output()
        wait_for_the_end(pids)


@pytest.mark.parametrize("reload", ["0", "1"])
def test_a_service_whose_supervisor_is_killed_ends_and_frees_its_port(tmp_path: Path, reload: str) -> None:
    with service(tmp_path, ROOT, RELOAD=reload) as (process, pids, port):
        kill(process.process.pid)
        wait_for_the_end(pids)
        assert is_free(port)


def test_a_service_whose_terminal_is_closed_ends_and_frees_its_port(tmp_path: Path) -> None:
    with service(tmp_path, ROOT, *TERMINAL) as (terminal, pids, port):
        kill(terminal.process.pid)
        wait_for_the_end(pids)
        assert is_free(port)


@on_sqlite
@pytest.mark.parametrize("reload", [False, True])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_running_job_is_handed_back_however_the_supervisor_ends(
    composition: Composition, tmp_path: Path, number: signal.Signals, *, reload: bool
) -> None:
    settings = composition.extensions.settings.model_copy(update={"stop_grace": 8, "reload": reload})
    worker = [word.replace("project.worker", "tests.core.toy_worker") for word in all_commands(settings)["worker"]]
    watched = supervisor("web=sh -c 'echo up; exec sleep 600'", f"worker={shlex.join(worker)}", grace=8)
    with started(tmp_path, watched, **environment_of(settings)) as (process, pids):
        with composition.extensions.units.open() as unit:
            job_id = unit.enqueue(Climb(steps=1, folder=str(tmp_path)))
        wait_until(lambda: job(composition, job_id).state == "running", what="the job's start")
        every_process = {*pids, *below(process.process.pid)}
        process.process.send_signal(number)
        wait_for_the_end([*every_process])
    assert job(composition, job_id).state == "waiting"


def test_a_change_of_the_code_restarts_web_and_worker_and_ctrl_c_stops_all(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    with service(tmp_path, tmp_path, RELOAD="1") as (process, _, _):
        booted = process.output().count("Booting worker")
        with (tmp_path / "src" / "core" / "errors.py").open("a") as module:
            module.write("# changed\n")
        wait_until(
            lambda: worker_starts(process) == 2 and process.output().count("Booting worker") > booted, what="a restart"
        )
        pids = list(below(process.process.pid))
        assert process.end(signal.SIGINT) == 128 + signal.SIGINT
        wait_for_the_end(pids)


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_one_process_in_a_terminal_ends_when_the_terminal_is_closed(tmp_path: Path, name: str) -> None:
    port = free_port()
    environment = clean_environment(DATA_DIR=str(tmp_path / "var"), PORT=str(port), STOP_GRACE="5", NO_COLOR="1")
    starts = {"web": "Booting worker", "worker": " ready.", "beat": "beat: Starting"}
    command = in_foreground([sys.executable, str(ROOT / "manage.py"), "run", name])
    with running([*TERMINAL, *command], tmp_path, environment) as terminal:
        wait_until(lambda: starts[name] in terminal.output(), 60, f"the start: {terminal.output()}")
        pids = list(below(terminal.process.pid))
        kill(terminal.process.pid)
        wait_for_the_end(pids)
        assert (len(pids) > 1, is_free(port)) == (True, True)


def test_make_stops_the_service_when_make_itself_ends() -> None:
    """Make waits for what it runs, so that its end is never a service's way into the background."""
    recipe = (ROOT / "Makefile").read_text("utf-8").partition("\nrun: ")[2].partition("\n\n")[0]
    assert "manage.py run --stop-with-parent" in recipe
