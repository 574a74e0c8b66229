"""What the ledger asks of the broker beside Celery: whether it answers, how much waits there, whether it lost data."""

from pathlib import Path
from typing import Protocol
from uuid import uuid4

from redis import Redis, RedisError

from core.config import Settings
from core.errors import unavailable_on

MARKER = "golden-core.epoch"


class Broker(Protocol):
    """A broker's state; every method raises Unavailable where it does not answer."""

    def ping(self) -> None:
        """Ask for an answer."""

    def length(self, queue: str) -> int:
        """How many hints wait in a queue."""

    def epoch(self) -> str:
        """The marker that lives as long as the broker's data; another one means that the data was lost."""


class RedisBroker:
    """Redis or Valkey."""

    def __init__(self, url: str, timeout: float) -> None:
        self._redis = Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout, decode_responses=True)

    def ping(self) -> None:
        """Send PING."""
        with unavailable_on(RedisError, what="The broker"):
            self._redis.ping()

    def length(self, queue: str) -> int:
        """The length of the queue's list."""
        with unavailable_on(RedisError, what="The broker"):
            return int(self._redis.llen(queue))

    def epoch(self) -> str:
        """The marker's value, set where there is none."""
        with unavailable_on(RedisError, what="The broker"):
            self._redis.set(MARKER, uuid4().hex, nx=True)
            return str(self._redis.get(MARKER))


class FolderBroker:
    """The embedded broker: a folder of messages."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ping(self) -> None:
        """Look into the folder."""
        with unavailable_on(OSError, what="The broker"):
            next(self._folder.iterdir(), None)

    def length(self, queue: str) -> int:
        """How many files wait for the queue."""
        with unavailable_on(OSError, what="The broker"):
            return sum(1 for _ in self._folder.glob(f"*.{queue}.msg"))

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
