"""Real PostgreSQL and Redis servers on private ports, from the machine's own programs."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from redis import Redis, RedisError

from core.testing.waiting import PATIENCE, wait_until

# Whatever the terminal speaks, the server knows the letters of every script, and speaks English.
LETTERS = "UTF-8" if sys.platform == "darwin" else "C.UTF-8"
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")


def find_program(name: str) -> str | None:
    """The program on the path, or where Debian keeps PostgreSQL's servers."""
    kept = sorted(DEBIAN_POSTGRES.glob(f"*/bin/{name}"), reverse=True)
    return shutil.which(name) or (str(kept[0]) if kept else None)


def free_port() -> int:
    """A port of the loopback interface that nothing listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


ServerT = TypeVar("ServerT", bound="Server")


@dataclass(eq=False)
class Server:
    """A server process in a folder of its own, which can be killed, frozen and started again."""

    command: Sequence[str]
    folder: Path
    port: int
    user: str | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start the process; `is_ready` of the subclass tells when it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, cwd=self.folder, user=self.user)
        wait_until(self._is_up, what=f"{self.command[0]} answering")

    def _is_up(self) -> bool:
        log = (self.folder / "log").read_text(errors="replace")
        assert self.process is None or self.process.poll() is None, f"{self.command[0]} ended: {log}"
        return self.is_ready()

    def is_ready(self) -> bool:
        """Whether the server answers; each kind says itself how one knows."""
        raise NotImplementedError

    @property
    def pid(self) -> int:
        """The number of its process; raises LookupError if it does not run."""
        if self.process is None:
            raise LookupError(f"{self.command[0]} does not run")
        return self.process.pid

    def send(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        if self.process is not None:
            self.process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGKILL) -> None:
        """End the process and wait until it is gone."""
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(number)
            self.process.wait(PATIENCE)
            self.process = None


class RedisServer(Server):
    """A Redis that keeps nothing."""

    @property
    def url(self) -> str:
        """Its address for REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def is_ready(self) -> bool:
        """Whether it answers a PING."""
        try:
            with Redis(port=self.port, socket_timeout=20) as redis:
                return bool(redis.ping())
        except RedisError:
            return False


class PostgresServer(Server):
    """A PostgreSQL that trusts local connections and may lose the last moment when the machine dies."""

    def url(self, name: str) -> str:
        """The address of one of its databases for DATABASE_URL."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def is_ready(self) -> bool:
        """Whether it takes connections."""
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def connect(self, name: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A connection to one of its databases, outside a transaction."""
        address = f"postgresql://postgres@127.0.0.1:{self.port}/{name}"
        return psycopg.connect(address, autocommit=True, connect_timeout=20)

    def execute(self, statement: str | sql.Composed) -> None:
        """Run one statement outside a transaction."""
        with self.connect() as connection:
            connection.execute(sql.SQL(statement) if isinstance(statement, str) else statement)

    def create_database(self, template: str = "template1") -> str:
        """A new database, a copy of another; returns its name."""
        name = f"test_{uuid4().hex}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return name


def build_redis(folder: Path, *options: str) -> RedisServer:
    """A Redis in this folder, not started; skips the test if the machine has no redis-server."""
    program = _require("redis-server")
    port = free_port()
    return RedisServer([program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", *options], folder, port)


def build_postgres(folder: Path) -> PostgresServer:
    """A PostgreSQL in this folder, not started; skips the test if the machine has no server."""
    initdb, program = _require("initdb"), _require("postgres")
    user = _unprivileged_user()
    if user is not None:
        shutil.chown(folder, user)
    data, port = folder / "data", free_port()
    made = [initdb, "-D", str(data), "--auth=trust", "--username=postgres", "--no-sync", "-E", "UTF8", "--locale=C"]
    subprocess.run([*made, f"--lc-ctype={LETTERS}"], check=True, capture_output=True, user=user, cwd=folder)
    options = ("listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", "fsync=off")
    command = [program, "-D", str(data), *(word for option in options for word in ("-c", option))]
    return PostgresServer(command, folder, port, user)


@contextmanager
def _running(build: Callable[[Path], ServerT]) -> Iterator[ServerT]:
    with tempfile.TemporaryDirectory(prefix="server-", ignore_cleanup_errors=True) as folder:
        server = build(Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL for the whole run."""
    with _running(build_postgres) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis for the whole run."""
    with _running(build_redis) as server:
        yield server


def _require(name: str) -> str:
    program = find_program(name)
    if program is None:
        pytest.skip(f"this machine has no {name}")
    return program


def _unprivileged_user() -> str | None:
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and this machine has no user postgres")
