"""Where a fault happens: the stack, the load upon it, dice, and a list for what is seen to go wrong."""

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
    """What a fault is handed; `pace` shortens what lasts long."""

    stack: Stack
    load: Load
    dice: Dice
    pace: float = 1
    complaints: list[str] = field(default_factory=list)

    def go_on(self, seconds: float) -> None:
        """Let the load run on."""
        time.sleep(seconds * self.pace)

    def outlast(self, seconds: float) -> None:
        """Let the load run on for more than this, whatever the pace."""
        time.sleep(seconds + 1)

    def complain(self, text: str) -> None:
        """Note something that must not be."""
        self.complaints.append(text)

    def a_worker(self) -> Process:
        """One of the workers."""
        return self.dice.choice(self.stack.workers)

    def a_child(self) -> int | None:
        """One of the pool's processes."""
        children = [child for worker in self.stack.workers for child in worker.children]
        return self.dice.choice(children) if children else None

    @contextmanager
    def waiting_hints(self) -> Iterator[None]:
        """Workers that take nothing within the block, so that something waits in the broker."""
        with frozen([worker.pid for worker in self.stack.workers]):
            self.go_on(1)
            yield

    @contextmanager
    def waiting_writers(self) -> Iterator[None]:
        """Requests that stand before their job's row within the block, so that something is in the middle."""
        with self.stack.database.transaction() as session:
            # On SQLite a transaction that may write keeps every other one waiting.
            if self.stack.postgres is not None:
                session.execute(text("LOCK TABLE core_jobs IN SHARE MODE"))
            self.go_on(0.3)
            yield

    def redis(self) -> Redis:
        """The broker, by a way that stays open when its port is closed."""
        if self.stack.redis is None:
            raise LookupError("there is no Redis in this stack")
        return Redis(unix_socket_path=str(self.stack.redis.folder / SOCKET))

    def messages(self) -> list[Path]:
        """What waits in the embedded broker's folder."""
        return sorted(self.stack.settings.broker_folder.glob("*.msg"))

    def ended(self, process: Process, within: float, *signals: Signals) -> None:
        """End a process by signals and start it again; complain of what came late or stayed behind."""
        took, orphans = process.end(*signals, within=within + 20)
        if took > within:
            self.complain(f"{process.name} took {took:.1f} s to end, {within:g} s were given")
        if orphans:
            self.complain(f"{process.name} left {len(orphans)} children behind")
        process.kill()
        process.start()


def all_of(server: Server) -> list[int]:
    """A server's processes."""
    return [server.pid, *children_of(server.pid)]
