"""What the ledger needs of the broker beside Celery: to publish hints, and to notice that it lost its data."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

from redis import Redis, RedisError

from core.broker.address import broker_url
from core.broker.transports import message_for
from core.config import Settings
from core.errors import Unavailable, unavailable_on
from core.observability.logging import logger

MARKER = "golden-core.epoch"
PAUSE_SECONDS = 1.0

log = logger(__name__)


class Broker(Protocol):
    """A broker; every method raises Unavailable if it does not answer."""

    def ping(self) -> None:
        """Check that it answers."""

    def length(self, queue: str) -> int:
        """The number of hints in a queue."""

    def publish(self, job_id: UUID, queue: str) -> None:
        """Publish a hint that a job is queued."""

    def epoch(self) -> str:
        """A marker that lives as long as the broker's data; another one means that the data was lost."""


class RedisBroker:
    """Redis or Valkey.

    After a failure, publishing is skipped for one second, so that requests do not each wait for the timeout. A cause
    of failure is logged once.
    """

    def __init__(self, url: str, timeout: float) -> None:
        self._redis = Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout, decode_responses=True)
        self._failure = ""
        self._retry_at = 0.0

    def ping(self) -> None:
        """Send PING."""
        with self._watched():
            self._redis.ping()

    def length(self, queue: str) -> int:
        """The length of the queue's list."""
        with self._watched():
            return int(self._redis.llen(queue))

    def publish(self, job_id: UUID, queue: str) -> None:
        """Append a message to the queue's list; one attempt, bounded by the timeout."""
        if self._failure and time.monotonic() < self._retry_at:
            raise Unavailable("The broker is unavailable", reason=f"not tried again within a second: {self._failure}")
        # While this request tries, the others skip.
        self._retry_at = time.monotonic() + PAUSE_SECONDS
        with self._watched():
            self._redis.lpush(queue, message_for(job_id, queue))

    def epoch(self) -> str:
        """The marker's value; a new one if there is none."""
        with self._watched():
            self._redis.set(MARKER, uuid4().hex, nx=True)
            return str(self._redis.get(MARKER))

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            with unavailable_on(RedisError, what="The broker"):
                yield
        except Unavailable as error:
            self._retry_at = time.monotonic() + PAUSE_SECONDS
            if error.reason != self._failure:
                log.warning("broker unavailable", reason=error.reason)
            self._failure = error.reason
            raise
        if self._failure:
            log.info("broker available again")
        self._failure = ""


class FolderBroker:
    """The embedded broker: a folder with a file per message."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ping(self) -> None:
        """List the folder."""
        with unavailable_on(OSError, what="The broker"):
            next(self._folder.iterdir(), None)

    def length(self, queue: str) -> int:
        """The number of the queue's files."""
        with unavailable_on(OSError, what="The broker"):
            # A hidden file was not finished; if it counted, the reaper would take it for the hint of a queued job.
            return sum(1 for _ in self._folder.glob(f"[!.]*.{queue}.msg"))

    def publish(self, job_id: UUID, queue: str) -> None:
        """Write a file into the folder, whole or not at all."""
        name = f"{time.time_ns() // 1_000_000}_{uuid4()}.{queue}.msg"
        with unavailable_on(OSError, what="The broker"):
            unfinished = self._folder / f".{name}"
            unfinished.write_text(message_for(job_id, queue))
            unfinished.replace(self._folder / name)

    def epoch(self) -> str:
        """The content of the marker file; a new one if there is none."""
        marker = self._folder / MARKER
        with unavailable_on(OSError, what="The broker"):
            if not marker.exists():
                marker.write_text(uuid4().hex)
            return marker.read_text()


def open_broker(settings: Settings) -> Broker:
    """The settings' broker, which connects at its first use; raises SettingsError if REDIS_URL cannot be parsed."""
    if settings.is_broker_embedded:
        return FolderBroker(settings.broker_folder)
    return RedisBroker(broker_url(settings), settings.redis_timeout)
