"""What a fault acts on: the stack, its load, dice, and a list of findings."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals

from redis import Redis
from sqlalchemy import text

from core.testing.services import Server
from tests.chaos.dice import Dice
from tests.chaos.load import Load
from tests.chaos.process import Process, children_of, frozen
from tests.chaos.stack import SOCKET, Stack


@dataclass(frozen=True)
class Scene:
    """The argument of a fault; `pace` shortens its waits."""

    stack: Stack
    load: Load
    dice: Dice
    pace: float = 1
    findings: list[str] = field(default_factory=list)

    def let_load_run(self, seconds: float) -> None:
        """Let the load run."""
        time.sleep(seconds * self.pace)

    def let_load_exceed(self, seconds: float) -> None:
        """Let the load run for longer than this, whatever the pace."""
        time.sleep(seconds + 1)

    def report(self, text: str) -> None:
        """Report a violation."""
        self.findings.append(text)

    def a_worker(self) -> Process:
        """One of the workers."""
        return self.dice.choice(self.stack.workers)

    def a_child(self) -> int | None:
        """One of the pool's processes."""
        children = [child for worker in self.stack.workers for child in worker.children]
        return self.dice.choice(children) if children else None

    @contextmanager
    def waiting_hints(self) -> Iterator[None]:
        """Workers that are frozen within the block, so that hints wait in the broker."""
        with frozen([worker.pid for worker in self.stack.workers]):
            self.let_load_run(1)
            yield

    @contextmanager
    def waiting_writers(self) -> Iterator[None]:
        """Requests that wait for the jobs' table within the block, so that some are interrupted."""
        with self.stack.database.transaction() as session:
            # On SQLite, the transaction's write lock blocks the others.
            if self.stack.postgres is not None:
                session.execute(text("LOCK TABLE core_jobs IN SHARE MODE"))
            self.let_load_run(0.3)
            yield

    def redis(self) -> Redis:
        """A connection to the broker that does not need its port."""
        if self.stack.redis is None:
            raise LookupError("there is no Redis in this stack")
        return Redis(unix_socket_path=str(self.stack.redis.folder / SOCKET))

    def messages(self) -> list[Path]:
        """The messages in the embedded broker's folder."""
        return sorted(self.stack.settings.broker_folder.glob("*.msg"))

    def ended(self, process: Process, within: float, *signals: Signals) -> None:
        """End a process by signals and start it again; report a late end and children that stay behind."""
        took, orphans = process.end(*signals, within=within + 20)
        if took > within:
            self.report(f"{process.name} took {took:.1f} s to end, {within:g} s were given")
        if orphans:
            self.report(f"{process.name} left {len(orphans)} children behind")
        process.kill()
        process.start()


def all_of(server: Server) -> list[int]:
    """A server's processes."""
    return [server.pid, *children_of(server.pid)]
