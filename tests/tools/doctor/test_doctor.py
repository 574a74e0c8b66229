"""The doctor tells everything, to people and to tools, whatever Python it is given."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tools import interpreters
from tools.__main__ import refuse
from tools.doctor import machine
from tools.doctor.__main__ import CHECKS, main
from tools.pins import ROOT

from core.testing.services import free_port
from tests.tools.doctor.subjects import subject

pytestmark = pytest.mark.slow


def test_a_python_that_is_too_old_has_its_mend(tmp_path: Path) -> None:
    """Told by the one that took its place."""
    finding = machine.python(subject(tmp_path, old="3.8 (/old/python)"))
    assert (finding.state, finding.found) == ("wrong", "3.8 (/old/python) is too old")
    assert finding.mend.startswith("make setup PYTHON=")


def test_where_no_python_fits_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nobody to hand over to."""
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"cannot run this project.*: install Python"):
        refuse("3.8", ["doctor"])
    with pytest.raises(SystemExit, match=r"then make parity PYTHON="):
        refuse("3.8", ["parity"])


def test_people_get_a_table_and_tools_get_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same findings, and the same exit status; a complaint without a command would help nobody."""
    monkeypatch.setenv("PORT", str(free_port()))
    status = main([])
    table = capsys.readouterr().out
    assert main(["--json"]) == status
    found = json.loads(capsys.readouterr().out)
    assert status == int(any(finding["state"] == "wrong" for finding in found))
    assert all(finding["mend"] in table for finding in found)
    assert all(bool(finding["mend"]) == (finding["state"] != "ok") for finding in found)
    assert len({finding["name"] for finding in found}) == len(found) == len(CHECKS)


def test_a_reader_that_has_seen_enough_is_no_trouble() -> None:
    """As with head: the rest of the table is not told, and nothing else either."""
    command = [sys.executable, "-m", "tools", "doctor", "--help"]
    settings = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, env=settings, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert done.stderr == ""


@pytest.mark.machine
def test_an_old_python_lets_a_newer_one_examine_the_machine() -> None:
    """The whole table, with the old one on top of it: the oldest that is here."""
    found = ((version, interpreters.find(version)) for version in ("3.6", "3.8", "3.10"))
    version, old = next(((version, path) for version, path in found if path), ("", ""))
    if not old:
        pytest.skip("this machine has no Python older than those of the matrix")
    command = ["make", "--no-print-directory", "doctor", f"PYTHON={old}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[0].startswith("wrong  Python")
    assert f"{version} ({old}) is too old" in done.stdout
    assert "mend  make setup PYTHON=" in done.stdout
    assert "Docker" in done.stdout
