"""The commands of the README, typed as they are written there while the service runs."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest

from core.testing.services import free_port
from core.testing.waiting import PATIENCE, wait_until

pytestmark = [pytest.mark.machine, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[4]
BLOCKS = re.findall(r"(?:^    \S.*\n)+", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
WRITTEN = "localhost:8000"


def is_ready(port: int) -> bool:
    """Whether the service answers that it is."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=PATIENCE) as response:
            return bool(response.status == 200)
    except (URLError, ConnectionError):
        return False


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The service as `make run` starts it, on a port and in a folder of its own."""
    port = free_port()
    surroundings = {**os.environ, "PORT": str(port), "DATA_DIR": str(tmp_path / "var")}
    command = [sys.executable, str(ROOT / "manage.py"), "run"]
    with (tmp_path / "output").open("wb") as output:
        service = subprocess.Popen(command, cwd=tmp_path, env=surroundings, stdout=output, stderr=output)
    try:
        wait_until(lambda: is_ready(port), what="a ready service")
        yield f"localhost:{port}"
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(PATIENCE)


def typed(line: str, folder: Path, address: str) -> str:
    """What a line prints in a shell, at the service under test."""
    command = line.strip().replace(WRITTEN, address)
    return subprocess.run(
        ["sh", "-euc", command], cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=True
    ).stdout


def test_the_first_session_of_the_readme_imports_its_file(tmp_path: Path, address: str) -> None:
    """A file is written and sent, its job ends, and its rows are found."""
    if shutil.which("curl") is None:
        pytest.skip("this machine has no curl")
    [session] = [block.splitlines() for block in BLOCKS if "curl" in block]
    write, send, follow, find = session
    typed(write, tmp_path, address)
    location = re.search(r"^Location: /jobs/(\S+)", typed(send, tmp_path, address), re.MULTILINE | re.IGNORECASE)
    assert location
    watched = follow.replace("<id>", location[1])
    wait_until(lambda: '"state":"succeeded"' in typed(watched, tmp_path, address), what="the end of the job")
    assert '"sku":"L-1"' in typed(find, tmp_path, address)
