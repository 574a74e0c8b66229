"""The names of processes, by which a lost one is found."""

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
    assert not here.is_gone(here.process(1, 1)), "another user's process exists too"


def test_processes_of_other_machines_are_not_gone() -> None:
    here, elsewhere = this_machine(), Machine("elsewhere")
    assert not here.is_gone(elsewhere.process(1, 999_999_999))
    assert not here.is_gone("nonsense")


def test_the_names_of_processes_begin_with_their_workers_name() -> None:
    here = this_machine()
    assert here.process(7, 8).startswith(here.worker(7))


def test_machines_with_the_same_host_name_are_distinguished(tmp_path: Path) -> None:
    other = tmp_path / "boot_id"
    other.write_text("5e1f0c52-0000-4000-8000-000000000000\n")
    here, elsewhere, without = this_machine(), this_machine(other), this_machine(tmp_path / "none")
    assert len({here.name, elsewhere.name, without.name}) == 3
    assert elsewhere.name.endswith("@5e1f0c520000")
    assert not here.is_gone(elsewhere.process(1, 999_999_999))
    assert this_machine(tmp_path / "none") == without, "the name is stable"


def test_a_name_begins_with_the_host_and_fits_its_column() -> None:
    here = this_machine()
    assert here.name.startswith(socket.gethostname()[:12])
    assert len(here.process(4_194_304, 4_194_304)) <= 200
