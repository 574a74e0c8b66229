"""Celery's transports, which drop messages that they cannot read.

A raw, truncated or foreign message in the broker's list ends a plain Celery worker, and ends it again at every start.
Here it is counted, logged and dropped: the job's row must not be lost, the message may be.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from queue import Empty
from typing import Any
from uuid import UUID, uuid4

from kombu.transport import filesystem, redis, virtual

from core.observability.logging import logger

RUN_JOB = "jobs.run"
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)

log = logger(__name__)


class Dropped:
    """The number of messages that this process could not read."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, error: Exception) -> None:
        """Count and log a message, without its content."""
        self.count += 1
        log.error("unreadable message dropped", reason=type(error).__name__, dropped=self.count)


class DroppingChannel(virtual.Channel):
    """A channel that drops unreadable messages."""

    dropped = Dropped()

    def _get_and_deliver(self, queue: str, callback: Callable[..., Any]) -> None:
        try:
            super()._get_and_deliver(queue, callback)
        except UNREADABLE as error:
            self.dropped.add(error)


class RedisChannel(DroppingChannel, redis.Channel):
    """Such a channel over Redis, which reads in a handler of its own when a message arrives."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read = self.handlers["BRPOP"]

        def read_or_drop(**options: Any) -> Any:
            try:
                return read(**options)
            except UNREADABLE as error:
                self.dropped.add(error)
                return True

        self.handlers["BRPOP"] = read_or_drop


class RedisTransport(redis.Transport):
    """Celery's Redis transport with such channels."""

    Channel: type[redis.Channel] = RedisChannel


class FolderChannel(DroppingChannel, filesystem.Channel):
    """Such a channel over a folder."""


class FolderTransport(filesystem.Transport):
    """Celery's file-system transport with such channels, in the worker's event loop.

    Without an event loop, Celery's pool passes all work through one pipe: if a child is killed while it holds the
    pipe's lock, the others wait for ever; and a worker notices a shutdown signal only seconds later.
    """

    Channel: type[filesystem.Channel] = FolderChannel
    implements: Any = filesystem.Transport.implements.extend(asynchronous=True)

    def register_with_event_loop(self, _connection: Any, loop: Any) -> None:
        """Poll the folder at an interval."""
        loop.call_repeatedly(self.polling_interval, self._take)

    def _take(self) -> None:
        # Ends when the folder is empty or the worker's prefetch limit is reached.
        cycle: Any = self.cycle
        with suppress(Empty):
            while True:
                cycle.get(self._deliver)


def message_for(job_id: UUID, queue: str) -> str:
    """The message for the task that runs this job, as Celery and kombu write it: protocol 2, a virtual transport.

    Written here, because Celery's own way takes eight times as long and has no time limit if the broker is
    unavailable.
    """
    name = str(job_id)
    message = {
        "body": json.dumps([[name], {}, {}]),
        "content-type": "application/json",
        "content-encoding": "utf-8",
        "headers": {"lang": "py", "task": RUN_JOB, "id": name, "root_id": name, "ignore_result": True},
        "properties": {
            "correlation_id": name,
            "delivery_tag": uuid4().hex,
            "delivery_info": {"exchange": "", "routing_key": queue},
            "body_encoding": None,
        },
    }
    return json.dumps(message)
