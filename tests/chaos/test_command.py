"""The suite's command line: what it refuses, and that it leaves nothing behind."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from core.testing.waiting import PATIENCE, wait_until
from tests.architecture.rules import ROOT
from tests.chaos.__main__ import SHORT, chaos
from tests.chaos.faults import ALL
from tests.chaos.plan import NAMES, Plan
from tests.chaos.process import living_in
from tests.chaos.subjects import SUBJECTS
from tests.core.processes import clean_environment

pytestmark = pytest.mark.slow


def test_every_fault_is_listed() -> None:
    assert CliRunner().invoke(chaos, ["--list"]).output.splitlines() == NAMES


def test_a_fault_that_does_not_exist_is_refused() -> None:
    """A misspelt name would break nothing and report success."""
    result = CliRunner().invoke(chaos, ["--fault", "earthquake"])
    assert (result.exit_code, "'earthquake'" in result.output) == (2, True)


def test_without_servers_the_error_says_what_to_install(tmp_path: Path) -> None:
    result = CliRunner().invoke(chaos, ["--stack", "servers"], env={"PATH": "", "TMPDIR": str(tmp_path)})
    assert result.exit_code == 1
    assert "this machine has no redis-server; install redis-server and postgresql" in result.output


def test_the_short_run_ends_with_everything_at_once_on_both_stacks() -> None:
    plan = Plan(SUBJECTS["core"], SHORT, seed=1, rate=1)
    for embedded in (False, True):
        names = [fault.name for fault, _ in plan.faults(embedded=embedded)]
        assert (len(names) < 6, names[-1]) == (True, ALL)


def test_a_suite_that_is_ended_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    """By a person with Ctrl-C, or by a time limit."""
    command = [sys.executable, "-u", "-m", "tests.chaos", "--stack", "embedded", "--fault", "nothing"]
    environment = clean_environment(TMPDIR=str(tmp_path))
    suite = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until(lambda: living_in(tmp_path), what="the service's processes")
    suite.send_signal(signal.SIGTERM)
    assert suite.communicate(timeout=PATIENCE)[1].endswith(b"Aborted!\n")
    wait_until(lambda: not living_in(tmp_path), what="the end of what was killed")
    assert list(tmp_path.iterdir()) == []
