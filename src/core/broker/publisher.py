"""What the ledger asks of the broker beside Celery: to tell a worker, whether it answers, whether it lost data."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

from redis import Redis, RedisError

from core.broker.transports import message_for
from core.config import Settings
from core.errors import Unavailable, unavailable_on

MARKER = "golden-core.epoch"
PAUSE_SECONDS = 1.0


class Broker(Protocol):
    """A broker's state; every method raises Unavailable where it does not answer."""

    def ping(self) -> None:
        """Ask for an answer."""

    def length(self, queue: str) -> int:
        """How many hints wait in a queue."""

    def publish(self, job_id: UUID, queue: str) -> None:
        """Hint to the workers of a queue that a job waits."""

    def epoch(self) -> str:
        """The marker that lives as long as the broker's data; another one means that the data was lost."""


class RedisBroker:
    """Redis or Valkey; one that did not answer is told of nothing for a moment, so that not every request waits."""

    def __init__(self, url: str, timeout: float) -> None:
        self._redis = Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout, decode_responses=True)
        self._is_away = False
        self._ask_again_at = 0.0

    def ping(self) -> None:
        """Send PING."""
        with self._answering():
            self._redis.ping()

    def length(self, queue: str) -> int:
        """The length of the queue's list."""
        with self._answering():
            return int(self._redis.llen(queue))

    def publish(self, job_id: UUID, queue: str) -> None:
        """Put a message at the end of the queue's list; one try, bounded by the timeout."""
        if self._is_away and time.monotonic() < self._ask_again_at:
            raise Unavailable("The broker is unavailable", reason="it did not answer a moment ago")
        # While this one asks, the others wait for what it finds.
        self._ask_again_at = time.monotonic() + PAUSE_SECONDS
        with self._answering():
            self._redis.lpush(queue, message_for(job_id, queue))

    def epoch(self) -> str:
        """The marker's value, set where there is none."""
        with self._answering():
            self._redis.set(MARKER, uuid4().hex, nx=True)
            return str(self._redis.get(MARKER))

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            with unavailable_on(RedisError, what="The broker"):
                yield
        except Unavailable:
            self._is_away, self._ask_again_at = True, time.monotonic() + PAUSE_SECONDS
            raise
        self._is_away = False


class FolderBroker:
    """The embedded broker: a folder of messages."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ping(self) -> None:
        """Poll into the folder."""
        with unavailable_on(OSError, what="The broker"):
            next(self._folder.iterdir(), None)

    def length(self, queue: str) -> int:
        """How many files wait for the queue."""
        with unavailable_on(OSError, what="The broker"):
            # A hidden one was never finished: counted, it would stand for the hint of a job that nobody is told of.
            return sum(1 for _ in self._folder.glob(f"[!.]*.{queue}.msg"))

    def publish(self, job_id: UUID, queue: str) -> None:
        """Put a file into the folder, whole or not at all."""
        name = f"{time.time_ns() // 1_000_000}_{uuid4()}.{queue}.msg"
        with unavailable_on(OSError, what="The broker"):
            fresh = self._folder / f".{name}"
            fresh.write_text(message_for(job_id, queue))
            fresh.replace(self._folder / name)

    def epoch(self) -> str:
        """The content of the marker file, written where there is none."""
        marker = self._folder / MARKER
        with unavailable_on(OSError, what="The broker"):
            if not marker.exists():
                marker.write_text(uuid4().hex)
            return marker.read_text()


def open_broker(settings: Settings) -> Broker:
    """The broker of the settings; it connects when it is first asked."""
    if settings.is_broker_embedded:
        return FolderBroker(settings.broker_folder)
    return RedisBroker(settings.broker, settings.redis_timeout)
