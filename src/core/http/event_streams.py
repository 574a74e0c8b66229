"""Server-sent events: few enough that requests always find a thread, and ended together when web is stopped."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from flask import Response

from core.errors import Unavailable

MEDIA_TYPE = "text/event-stream"
STREAMS = "golden-core.streams"  # among the Flask object's extensions
# A proxy that collects answers before it sends them would make a stream stand still.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(frozen=True)
class Event:
    """What a client is told: one line of JSON, and the id with which it asks for what came after."""

    id: str
    name: str
    data: str

    def __str__(self) -> str:
        return f"id: {self.id}\nevent: {self.name}\ndata: {self.data}\n\n"


@dataclass(frozen=True)
class Poll:
    """What is new since the look before, and whether nothing can follow."""

    events: Sequence[Event] = ()
    is_last: bool = False


@dataclass(frozen=True)
class StreamTimings:
    """Seconds: between two looks, of silence before a heartbeat, until a stream ends, until a client comes back."""

    poll: float = 0.5
    heartbeat: float = 10
    longest: float = 300
    retry: float = 2


TIMINGS = StreamTimings()


class Streams:
    """The event streams of one web process."""

    def __init__(self, slots: int, timings: StreamTimings = TIMINGS) -> None:
        self._slots = threading.Semaphore(slots)
        self._timings = timings
        self._closing = threading.Event()

    def respond(self, poll: Callable[[], Poll], connection: object = None) -> Response:
        """Answer with what the looks find, until the client goes; raises Unavailable where every place is taken."""
        if not self._slots.acquire(blocking=False):
            raise Unavailable("As many event streams are open as this process serves", retry_after=5)
        response = Response(self._written(poll, connection), headers=HEADERS, mimetype=MEDIA_TYPE)
        # Called by the server even where the client has gone before the first poll.
        response.call_on_close(self._slots.release)
        return response

    def close(self) -> None:
        """End every stream at its next breath, and each one that is opened later; clients come back elsewhere."""
        self._closing.set()

    def _written(self, poll: Callable[[], Poll], connection: object) -> Iterator[str]:
        yield f"retry: {self._timings.retry * 1000:.0f}\n\n"
        now = spoken_at = time.monotonic()
        end = now + self._timings.longest
        while now < end:
            found = _poll_once(poll)
            yield from map(str, found.events)
            now = time.monotonic()
            if found.events:
                spoken_at = now
            elif now - spoken_at >= self._timings.heartbeat:
                yield ": still here\n\n"
                spoken_at = now
            if found.is_last or self._closing.wait(self._timings.poll) or is_gone(connection):
                return


def is_gone(connection: object) -> bool:
    """Whether the client closed its end; writing to it would tell that only at the second heartbeat."""
    if not isinstance(connection, socket.socket):
        return False
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except (BlockingIOError, InterruptedError):
        return False
    except ValueError:  # an encrypted connection cannot be looked into
        return False
    except OSError:
        return True


def _poll_once(poll: Callable[[], Poll]) -> Poll:
    try:
        return poll()
    except Unavailable:
        return Poll()  # the database is away: the client waits with us
