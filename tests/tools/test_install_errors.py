"""What is wrong with a machine reaches a person as one sentence that helps, tried on such machines."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from tools.install_errors import Target, explained, kind
from tools.matrix import find
from tools.pins import ROOT

from tests.tools import planted

pytestmark = pytest.mark.slow

SAID = "golden-core: "


@pytest.fixture(name="apart", scope="session")
def namespaces() -> list[str]:
    """Starts a program with mounts and a network of its own."""
    command = ["unshare", "--map-root-user", "--mount", "--net"]
    try:
        subprocess.run([*command, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine does not allow unshare")
    return command


def sentence(command: list[str], settings: dict[str, str] | None = None) -> str:
    """What a person reads when the command fails; never a traceback."""
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, **(settings or {})}, check=False
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return next(line for line in reversed(done.stderr.splitlines()) if not line.startswith("make"))


def setup(folder: Path, python: str = sys.executable) -> str:
    """The command that every verb starts with."""
    return f'make setup VENV="{folder}" PYTHON="{python}"'


@pytest.mark.machine
@pytest.mark.parametrize("version", ["3.6", "3.8", "3.10"])
def test_an_old_python_is_told_which_one_to_use(version: str, tmp_path: Path) -> None:
    """The first lines run on any Python 3, and name one that fits, in the words of the command."""
    old = find(version)
    if not old:
        pytest.skip(f"this machine has no Python {version}")
    output = sentence(["sh", "-c", setup(tmp_path / "environment", old)])
    assert output.startswith(f"{SAID}Python {version} ({old}) is not supported")
    assert "make setup PYTHON=" in output


def test_a_python_that_does_not_run_is_named(tmp_path: Path) -> None:
    """A shim without a version behind it, or a misspelled name."""
    output = sentence(["sh", "-c", setup(tmp_path / "environment", "python3.99")])
    assert output.startswith(f"{SAID}python3.99 does not run here")


@pytest.mark.machine
@pytest.mark.parametrize("size", ["64k", "8m"])
def test_a_full_disk_is_named(size: str, apart: list[str], tmp_path: Path) -> None:
    """Full at once, and full while pip is being unpacked."""
    script = f'mount -t tmpfs -o size={size} tmpfs "{tmp_path}" && {setup(tmp_path / "environment")}'
    assert "is full: free about 1 GB" in sentence([*apart, "sh", "-c", script])


@pytest.mark.machine
def test_a_folder_that_cannot_be_written_is_named(apart: list[str], tmp_path: Path) -> None:
    """Read-only for root as well."""
    script = f'mount -t tmpfs -o ro tmpfs "{tmp_path}" && {setup(tmp_path / "environment")}'
    assert "cannot be written" in sentence([*apart, "sh", "-c", script])


@pytest.mark.machine
def test_a_python_without_its_venv_module_is_named(apart: list[str], tmp_path: Path) -> None:
    """Debian keeps it in a package of its own."""
    hidden = Path(sysconfig.get_path("stdlib")) / "ensurepip"
    script = f'mount -t tmpfs tmpfs "{hidden}" && {setup(tmp_path / "environment")}'
    output = sentence([*apart, "sh", "-c", script])
    assert f"apt install python{sysconfig.get_python_version()}-venv" in output


@pytest.mark.machine
def test_a_missing_network_is_named(apart: list[str], tmp_path: Path) -> None:
    """No caches and no network."""
    nothing = {"PIP_CONFIG_FILE": os.devnull, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    folder = planted.environment(tmp_path / "environment")
    output = sentence([*apart, "sh", "-c", setup(folder)], nothing)
    assert output.startswith(f"{SAID}the package index is unreachable")


@pytest.mark.parametrize(
    "output, word",
    [
        ("OSError: [Errno 28] No space left on device", "full"),
        ("error: failed to write: Disk quota exceeded (os error 122)", "full"),
        ("PermissionError: [Errno 13] Permission denied: '/opt/x'", "cannot be written"),
        ("/usr/bin/python3.11: No module named venv", "lacks the venv module"),
        ("invalid peer certificate: UnknownIssuer", "certificate"),
        ("client error (Connect): dns error: failed to lookup address information", "the package index is unreachable"),
        ("Hash mismatch for `uv==0.1`", "another hash than the locked one"),
    ],
)
def test_the_output_of_pip_and_uv_is_explained(output: str, word: str, tmp_path: Path) -> None:
    """Both report the same problems in their own words."""
    assert kind(output)
    assert word in str(explained(output, target(tmp_path)))


def test_an_unknown_problem_is_shown_as_it_was_printed(tmp_path: Path) -> None:
    """The last lines of the output, and the command to repeat."""
    assert kind("the moon is made of cheese {0}") == ""
    output = str(explained("the moon is made of cheese {0}", target(tmp_path)))
    assert "  | the moon is made of cheese {0}" in output
    assert output.endswith("then make run")


def target(folder: Path) -> Target:
    """Any environment."""
    return Target(folder, folder / "dev.txt", sys.executable, "3.11", "run")
