"""Server-sent events: limited in number, so that requests always find a free thread, and closed when web stops."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from flask import Response

from core.errors import Unavailable

MEDIA_TYPE = "text/event-stream"
STREAMS = "golden-core.streams"  # the key among the Flask object's extensions
# A proxy that buffers answers would hold the events back.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(frozen=True)
class Event:
    """One event: its data is a line of JSON, and its id is the Last-Event-ID of a client that reconnects."""

    id: str
    name: str
    data: str

    def __str__(self) -> str:
        return f"id: {self.id}\nevent: {self.name}\ndata: {self.data}\n\n"


@dataclass(frozen=True)
class Poll:
    """The events since the previous poll, and whether no more can follow."""

    events: Sequence[Event] = ()
    is_last: bool = False


@dataclass(frozen=True)
class StreamTimings:
    """Seconds: between polls, without an event until a heartbeat, until a stream ends, until a client reconnects."""

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
        """Answer with the polled events until the client disconnects; raises Unavailable if no slot is free."""
        if not self._slots.acquire(blocking=False):
            raise Unavailable("This process has no free slot for another event stream", retry_after=5)
        response = Response(self._chunks(poll, connection), headers=HEADERS, mimetype=MEDIA_TYPE)
        # The server calls it even if the client has disconnected before the first poll.
        response.call_on_close(self._slots.release)
        return response

    def close(self) -> None:
        """End every open stream after its current poll, and each later one after its first; clients reconnect."""
        self._closing.set()

    def _chunks(self, poll: Callable[[], Poll], connection: object) -> Iterator[str]:
        yield f"retry: {self._timings.retry * 1000:.0f}\n\n"
        now = sent_at = time.monotonic()
        end = now + self._timings.longest
        while now < end:
            polled = _poll_once(poll)
            yield from map(str, polled.events)
            now = time.monotonic()
            if polled.events:
                sent_at = now
            elif now - sent_at >= self._timings.heartbeat:
                yield ": heartbeat\n\n"
                sent_at = now
            if polled.is_last or self._closing.wait(self._timings.poll) or is_disconnected(connection):
                return


def is_disconnected(connection: object) -> bool:
    """Whether the client has closed the connection; without this check only the second heartbeat would find out."""
    if not isinstance(connection, socket.socket):
        return False
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except (BlockingIOError, InterruptedError):
        return False
    except ValueError:  # TLS sockets do not support MSG_PEEK
        return False
    except OSError:
        return True


def _poll_once(poll: Callable[[], Poll]) -> Poll:
    try:
        return poll()
    except Unavailable:
        return Poll()  # the stream stays open until the database is available again
