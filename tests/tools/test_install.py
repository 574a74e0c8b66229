"""The environment follows the lock, and a partial one is made anew."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tools import install
from tools.pins import ROOT

from core.testing.waiting import wait_until
from tests.tools import planted

pytestmark = pytest.mark.slow

# Longer than 1.0: what is installed within one second differs for Python by the length of the source alone.
LATER = "2.0.0"


@pytest.fixture(name="lock")
def planted_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lock whose packages lie in a folder, and pip and uv that look there only."""
    for name, value in planted.index(tmp_path / "index").items():
        monkeypatch.setenv(name, value)
    return planted.lock(tmp_path / "index")


def version_of_the_lamp(folder: Path) -> str:
    """What the environment would import."""
    question = "import lamp_planted, core; print(lamp_planted.VERSION)"
    return subprocess.check_output([folder / "bin" / "python", "-c", question], text=True, cwd=folder).strip()


def test_an_environment_follows_its_lock(lock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Brought up to date when the lock changes, left alone while nothing does, refused when a package is forged."""
    folder = planted.environment(tmp_path / "environment")
    (folder / "kept").touch()
    assert install.main([str(folder), "run"], lock) == 0
    assert version_of_the_lamp(folder) == "1.0"
    capsys.readouterr()

    assert install.main([str(folder), "run"], lock) == 0
    assert capsys.readouterr().err == ""

    planted.lock(lock.parent, lamp=LATER)
    assert install.main([str(folder), "run"], lock) == 0
    assert version_of_the_lamp(folder) == LATER
    assert (folder / "kept").exists()

    planted.forge(lock, lamp="3.0")
    assert install.main([str(folder), "run"], lock) == 1
    assert "has another hash than the locked one" in capsys.readouterr().err
    assert not (folder / ".installed").exists()


def test_pip_makes_the_environment_if_uv_does_not_run(lock: Path, tmp_path: Path) -> None:
    """With the same result; what was there before is deleted, because pip removes nothing."""
    folder = planted.environment(tmp_path / "environment")
    (folder / "left-over").touch()
    planted.lock(lock.parent, uv="#!/bin/sh\necho cannot run here\nexit 1\n")
    assert install.main([str(folder), "run"], lock) == 0
    assert version_of_the_lamp(folder) == "1.0"
    assert not (folder / "left-over").exists()


ELSEWHERE = {"user": "true", "target": "elsewhere", "prefix": "elsewhere", "root": "elsewhere", "dry-run": "true"}


@pytest.mark.parametrize("uv", [planted.UV, "#!/bin/sh\nexit 1\n"], ids=["uv", "pip"])
@pytest.mark.parametrize("is_in_a_file", [False, True])
def test_settings_of_pip_change_neither_what_is_installed_nor_where(
    uv: str, is_in_a_file: bool, lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables or a pip.conf that install into the home, into a folder, or nothing; the index in them counts."""
    settings = {**ELSEWHERE, "require-virtualenv": "true", "constraint": "missing.txt", "only-binary": ":none:"}
    if is_in_a_file:
        reach = {"no-index": "true", "find-links": str(lock.parent)}
        for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS", "UV_NO_INDEX", "UV_FIND_LINKS"):
            monkeypatch.delenv(name)
        lines = [f"{name} = {value}" for name, value in {**settings, **reach}.items()]
        (tmp_path / "pip.conf").write_text("\n".join(["[global]", *lines]), "utf-8")
        monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    else:
        for name, value in settings.items():
            monkeypatch.setenv(f"PIP_{name.upper().replace('-', '_')}", value)
    planted.lock(lock.parent, uv=uv)
    folder = planted.environment(tmp_path / "environment")
    assert install.main([str(folder), "run"], lock) == 0
    assert version_of_the_lamp(folder) == "1.0"


def test_index_proxy_and_certificates_of_pip_reach_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever configured them; a variable of uv itself has precedence."""
    conf = "[global]\nindex-url = https://mirror/simple\nproxy = http://proxy:3128\n[install]\ncert = /etc/ours.pem\n"
    (tmp_path / "pip.conf").write_text(conf, "utf-8")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    for name in ("PIP_INDEX_URL", "PIP_CERT", "SSL_CERT_FILE", "UV_DEFAULT_INDEX", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\necho $UV_DEFAULT_INDEX $ALL_PROXY $SSL_CERT_FILE\n", "utf-8")
    uv.chmod(0o755)
    python = planted.environment(tmp_path / "environment") / "bin" / "python"
    assert install.sync(uv, python, tmp_path).output == "https://mirror/simple http://proxy:3128 /etc/ours.pem\n"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own/simple")
    assert install.sync(uv, python, tmp_path).output.startswith("https://own/simple ")


def test_an_environment_without_a_stamp_is_made_anew(
    lock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its installation was interrupted: nothing in it is used."""
    folder = tmp_path / "environment"
    (folder / "bin").mkdir(parents=True)
    for name in ("pyvenv.cfg", "left-over"):
        (folder / name).touch()
    lock.write_text("lamp>=1\n", "utf-8")
    assert install.main([str(folder), "run"], lock) == 1
    assert "must have their versions pinned with ==" in capsys.readouterr().err
    assert not (folder / "left-over").exists()
    assert not (folder / ".installed").exists()


@pytest.mark.parametrize("broken", ["another interpreter", "another folder", "a Python that does not run"])
def test_an_environment_that_cannot_be_used_is_made_anew(broken: str, lock: Path, tmp_path: Path) -> None:
    """Its stamp names the interpreter and the folder; an upgrade of the system may have removed its Python."""
    folder = planted.environment(tmp_path / "environment")
    stamp = (folder / ".installed").read_text("utf-8")
    if broken == "another interpreter":
        (folder / ".installed").write_text(f"/usr/bin/python3.99{stamp}", "utf-8")
    if broken == "another folder":
        folder = folder.rename(tmp_path / "moved")
    if broken == "a Python that does not run":
        (folder / "bin" / "python").unlink()
        (folder / "bin" / "python").symlink_to("/no/such/python")
    (folder / "left-over").touch()
    assert install.main([str(folder), "run"], lock) == 0
    assert not (folder / "left-over").exists()


def test_a_folder_that_is_something_else_is_left_alone(
    lock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """VENV=~ must not empty anybody's home."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter").touch()
    assert install.main([str(tmp_path / "home"), "run"], lock) == 1
    assert "no virtual environment" in capsys.readouterr().err
    assert (tmp_path / "home" / "letter").exists()


def test_a_file_in_the_way_is_one_sentence(lock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An error of the operating system is explained in one sentence."""
    (tmp_path / "file").touch()
    assert install.main([str(tmp_path / "file" / "environment"), "test"], lock) == 1
    output = capsys.readouterr().err
    assert "cannot be written" in output
    assert "make test VENV=" in output
    assert "Traceback" not in output


def test_an_interrupted_installation_is_not_trusted(tmp_path: Path) -> None:
    """Ctrl-C while the environment is made: a sentence, and no stamp."""
    folder = tmp_path / "environment"
    command = [sys.executable, "-m", "tools", "install", str(folder), "run"]
    settings = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True, env=settings) as running:
        wait_until((folder / "pyvenv.cfg").exists, what="the beginning of an environment")
        os.killpg(running.pid, signal.SIGINT)
        output = running.communicate()[1]
    assert running.returncode == 130
    assert "the next call makes" in output
    assert "Traceback" not in output
    assert not (folder / ".installed").exists()
