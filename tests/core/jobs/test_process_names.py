"""Telling that a process of this machine is gone."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from core.jobs.process_names import Machine, this_machine


def test_a_process_that_ended_is_gone_and_one_that_runs_is_not() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    here = this_machine()
    assert here.is_gone(here.process(1, ended.pid))
    assert not here.is_gone(here.process(1, os.getpid()))
    assert not here.is_gone(here.process(1, 1)), "another user's process is there too"


def test_nothing_is_known_of_processes_elsewhere() -> None:
    here, elsewhere = this_machine(), Machine("elsewhere")
    assert not here.is_gone(elsewhere.process(1, 999_999_999))
    assert not here.is_gone("nonsense")


def test_a_worker_is_known_by_its_processes() -> None:
    here = this_machine()
    assert here.process(7, 8).startswith(here.worker(7))


def test_machines_with_the_same_host_name_are_different_places(tmp_path: Path) -> None:
    other = tmp_path / "boot_id"
    other.write_text("5e1f0c52-0000-4000-8000-000000000000\n")
    here, elsewhere, without = this_machine(), this_machine(other), this_machine(tmp_path / "none")
    assert len({here.name, elsewhere.name, without.name}) == 3
    assert elsewhere.name.endswith("@5e1f0c520000")
    assert not here.is_gone(elsewhere.process(1, 999_999_999))
    assert this_machine(tmp_path / "none") == without, "it is the same after it was asked again"


def test_a_place_is_named_after_its_host_first_and_fits_its_column() -> None:
    here = this_machine()
    assert here.name.startswith(socket.gethostname()[:12])
    assert len(here.process(4_194_304, 4_194_304)) <= 200
