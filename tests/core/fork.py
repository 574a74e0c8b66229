"""A fork of this project in a folder of its own, whose one app is the toy, started as a person starts it."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from core.testing.services import free_port
from core.testing.waiting import wait_until
from tests.architecture.rules import ROOT
from tests.core.processes import Running, clean_environment, running


@dataclass(frozen=True)
class Fork:
    """The running fork."""

    port: int
    process: Running
    folder: Path

    @property
    def url(self) -> str:
        """Where its page is."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running_fork(folder: Path, **settings: str) -> Iterator[Fork]:
    """`manage.py run` of a fork, ready to answer, and asked to end after the block."""
    port = free_port()
    _write(folder)
    environment = clean_environment(PORT=str(port), DATA_DIR=str(folder / "var"), **settings)
    with running([sys.executable, "manage.py", "run"], folder, environment) as process:
        fork = Fork(port, process, folder)
        wait_until(lambda: _is_ready(fork), what="the fork answering")
        yield fork
        process.end()


def _write(folder: Path) -> None:
    source = folder / "src"
    (source / "apps" / "toy").mkdir(parents=True)
    shutil.copy(ROOT / "manage.py", folder)
    shutil.copytree(ROOT / "src" / "project", source / "project", ignore=shutil.ignore_patterns("__pycache__"))
    (source / "project" / "__init__.py").write_text('APPS: tuple[str, ...] = ("toy",)\n')
    (source / "apps" / "__init__.py").touch()
    (source / "apps" / "toy" / "__init__.py").write_text("from tests.core.toy import app as app\n")
    (source / "core").symlink_to(ROOT / "src" / "core")
    (source / "tests").symlink_to(ROOT / "tests")


def _is_ready(fork: Fork) -> bool:
    assert fork.process.process.poll() is None, fork.process.output()
    with closing(HTTPConnection("127.0.0.1", fork.port, timeout=20)) as connection:
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
