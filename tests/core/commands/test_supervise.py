"""The supervisor: processes start together, stop together within the grace period, and none is left running."""

import shlex
import signal
import subprocess
from pathlib import Path

import pytest

from core.testing.waiting import PATIENCE, wait_until
from tests.chaos.process import children_of, send
from tests.core.commands.supervised import (
    DEAF,
    QUIET,
    TERMINAL,
    WITH_CHILD,
    below,
    in_background,
    in_foreground,
    kill,
    living,
    started,
    supervisor,
    wait_for_the_end,
)
from tests.core.processes import clean_environment, running

pytestmark = pytest.mark.slow


def test_a_process_that_ends_is_named_and_the_others_are_stopped(tmp_path: Path) -> None:
    leaving = f"sh -c 'echo up; until test -e {tmp_path}/leave; do sleep 0.05; done'"
    with started(tmp_path, supervisor(f"web={QUIET}", f"worker={leaving}")) as (process, pids):
        (tmp_path / "leave").touch()
        assert process.process.wait(PATIENCE) == 1
        assert "worker ended with exit status 0" in process.output()
        wait_for_the_end(pids)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all_processes_and_is_no_failure(tmp_path: Path, number: signal.Signals) -> None:
    with started(tmp_path, supervisor(f"web={QUIET}", f"worker={WITH_CHILD}")) as (process, pids):
        assert process.end(number) == 128 + number
        assert "ended with" not in process.output()
        assert len(pids) >= 4
        wait_for_the_end(pids)


def test_a_process_that_ignores_signals_is_killed_after_the_grace_period(tmp_path: Path) -> None:
    with started(tmp_path, supervisor(f"web={DEAF}", grace=0.1)) as (process, pids):
        assert process.end(signal.SIGINT) == 130
        wait_for_the_end(pids)


def test_a_second_signal_stops_all_processes_at_once(tmp_path: Path) -> None:
    with started(tmp_path, supervisor(f"web={DEAF}", grace=100)) as (process, pids):
        process.process.send_signal(signal.SIGINT)
        wait_until(lambda: "again to stop at once" in process.output())
        assert process.end(signal.SIGINT) == 130
        wait_for_the_end(pids)


def test_a_sigterm_that_make_repeats_at_once_does_not_shorten_the_grace_period(tmp_path: Path) -> None:
    finishing = f"sh -c 'trap \"until test -e {tmp_path}/done; do sleep 0.05; done; echo finished; exit\" TERM; {{0}}'"
    command = finishing.format("echo up; while true; do sleep 0.05; done")
    with started(tmp_path, supervisor(f"worker={command}", grace=100)) as (process, _):
        process.process.send_signal(signal.SIGTERM)
        process.process.send_signal(signal.SIGTERM)
        wait_until(lambda: "again to stop at once" in process.output())
        process.process.send_signal(signal.SIGHUP)
        (tmp_path / "done").touch()
        assert process.process.wait(PATIENCE) == 128 + signal.SIGTERM
        assert "finished" in process.output()


@pytest.mark.parametrize("stopped", [QUIET, DEAF, WITH_CHILD])
def test_a_supervisor_that_is_killed_leaves_no_process_running(tmp_path: Path, stopped: str) -> None:
    with started(tmp_path, supervisor(f"web={stopped}", f"worker={stopped}", grace=0.1)) as (process, pids):
        kill(process.process.pid)
        wait_for_the_end(pids)


def test_a_process_whose_supervisor_is_killed_can_still_write_and_finish_its_work(tmp_path: Path) -> None:
    work = f"i=0; while [ $i -lt 20000 ]; do echo $i || exit; i=$((i+1)); done; touch {tmp_path}/finished; exit"
    command = f"sh -c 'trap \"{work}\" TERM; echo up; while true; do sleep 0.05; done'"
    with started(tmp_path, supervisor(f"worker={command}", grace=60)) as (process, pids):
        kill(process.process.pid)
        wait_for_the_end(pids)
    assert (tmp_path / "finished").exists()


@pytest.mark.parametrize("below_a_shell", [False, True])
def test_a_closed_terminal_stops_all_processes(tmp_path: Path, *, below_a_shell: bool) -> None:
    command = supervisor(f"web={QUIET}", f"worker={WITH_CHILD}")
    command = in_foreground(command) if below_a_shell else command
    with started(tmp_path, [*TERMINAL, *command]) as (terminal, pids):
        kill(terminal.process.pid)
        wait_for_the_end(pids)


def test_a_closed_terminal_stops_all_processes_even_if_sighup_is_ignored(tmp_path: Path) -> None:
    command = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *supervisor(f"web={QUIET}", f"worker={QUIET}")]
    with started(tmp_path, [*TERMINAL, *command]) as (terminal, pids):
        kill(terminal.process.pid)
        wait_for_the_end(pids)


def test_an_output_without_a_reader_stops_all_processes(tmp_path: Path) -> None:
    """The pipe of `manage.py run | less`, or of an ssh connection that was cut."""
    with subprocess.Popen(
        supervisor(f"web={QUIET}", grace=5), env=clean_environment(), cwd=tmp_path, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"web    | up\n"
        pids = list(below(process.pid))
        process.stdout.close()
        assert process.wait(PATIENCE) == 128 + signal.SIGHUP
        wait_for_the_end(pids)


def test_an_output_that_is_paused_does_not_delay_a_stop(tmp_path: Path) -> None:
    flood = "sh -c 'echo up; exec yes'"
    with subprocess.Popen(
        supervisor(f"web={flood}", grace=5), env=clean_environment(), cwd=tmp_path, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"web    | up\n"
        pids = list(below(process.pid))
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 128 + signal.SIGTERM
        wait_for_the_end(pids)


def test_a_parent_that_is_killed_stops_all_processes(tmp_path: Path) -> None:
    with started(tmp_path, in_foreground(supervisor(f"web={QUIET}"))) as (shell, pids):
        kill(shell.process.pid)
        wait_for_the_end(pids)


def test_below_make_its_end_stops_all_processes_in_the_background_too(tmp_path: Path) -> None:
    with started(tmp_path, in_background(supervisor(f"web={QUIET}", parent="forced"))) as (shell, pids):
        kill(shell.process.pid)
        wait_for_the_end(pids)


def test_a_background_job_of_a_terminal_outlives_it_if_it_does_not_write_there(tmp_path: Path) -> None:
    log = tmp_path / "log"
    job = f"{shlex.join(supervisor(f'web={QUIET}'))} > {log} 2>&1 & wait"
    with running([*TERMINAL, "sh", "-c", f"set -m; {job}"], tmp_path, clean_environment()) as terminal:
        wait_until(lambda: log.exists() and "| up" in log.read_text(), what="the process being up")
        (shell,) = children_of(terminal.process.pid)
        (top,) = children_of(shell)
        pids = below(top)
        kill(terminal.process.pid)
        wait_for_the_end([shell])
        send(signal.SIGTERM, [top])
        wait_for_the_end([top, *pids])
    assert "SIGTERM; stopping" in log.read_text()


def test_a_service_in_the_background_outlives_the_shell_that_started_it(tmp_path: Path) -> None:
    with started(tmp_path, in_background(supervisor(f"web={QUIET}"))) as (shell, pids):
        kill(shell.process.pid)
        shell.process.wait()
        (top,) = [pid for pid in pids if any(child in pids for child in below(pid))]
        assert (len(living(pids)), len(pids)) == (3, 3)
        kill(top)
        wait_for_the_end(pids)
