"""Telling that a process of this machine is gone."""

import os
import subprocess
import sys

from core.jobs.identity import Place, this_place


def test_a_process_that_ended_is_gone_and_one_that_runs_is_not() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    here = this_place()
    assert here.is_gone(here.process(1, ended.pid))
    assert not here.is_gone(here.process(1, os.getpid()))
    assert not here.is_gone(here.process(1, 1)), "another user's process is there too"


def test_nothing_is_known_of_processes_elsewhere() -> None:
    here, elsewhere = this_place(), Place("elsewhere")
    assert not here.is_gone(elsewhere.process(1, 999_999_999))
    assert not here.is_gone("nonsense")


def test_a_worker_is_known_by_its_processes() -> None:
    here = this_place()
    assert here.process(7, 8).startswith(here.worker(7))
