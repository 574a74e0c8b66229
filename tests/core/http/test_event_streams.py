"""Event streams: limited in number, kept alive by heartbeats, and ended when the client disconnects or web stops."""

import socket
from collections.abc import Iterator

import pytest
from werkzeug.test import create_environ, run_wsgi_app

from core.config import Settings
from core.environ import SettingsError, read_settings
from core.errors import Unavailable
from core.http.event_streams import Event, Poll, Streams, StreamTimings

FAST = StreamTimings(poll=0.01, heartbeat=0.03, longest=20, retry=2)
NOTHING = Poll()


def no_events() -> Poll:
    return NOTHING


def chunks(streams: Streams, connection: object = None) -> Iterator[bytes]:
    return streams.respond(no_events, connection).iter_encoded()


def test_a_stream_begins_with_the_time_until_a_reconnect() -> None:
    assert next(chunks(Streams(1, FAST))) == b"retry: 2000\n\n"


def test_heartbeats_keep_a_proxy_from_closing_a_stream() -> None:
    stream = chunks(Streams(1, FAST))
    next(stream)
    assert next(stream) == next(stream) == b": heartbeat\n\n"


def test_events_are_written_as_browsers_read_them() -> None:
    poll = Poll([Event("1", "job", "{}")], is_last=True)
    written = Streams(1, FAST).respond(lambda: poll).get_data(as_text=True)
    assert written.endswith("id: 1\nevent: job\ndata: {}\n\n")


def test_there_are_no_more_streams_than_slots() -> None:
    streams = Streams(1, FAST)
    first = streams.respond(no_events)
    with pytest.raises(Unavailable) as refused:
        streams.respond(no_events)
    assert refused.value.retry_after == 5
    first.close()
    streams.respond(no_events).close()


def test_a_slot_is_free_again_if_nothing_was_read() -> None:
    streams = Streams(1, FAST)
    run_wsgi_app(streams.respond(no_events), create_environ(method="HEAD"), buffered=True)
    streams.respond(no_events).close()


def test_without_slots_there_are_no_streams() -> None:
    with pytest.raises(Unavailable):
        Streams(0, FAST).respond(no_events)


def test_a_stream_ends_when_web_stops() -> None:
    streams = Streams(1, StreamTimings(poll=20))
    stream = chunks(streams)
    next(stream)
    streams.close()
    assert list(stream) == []


def test_a_stream_ends_after_its_longest_time() -> None:
    assert list(chunks(Streams(1, StreamTimings(poll=0.01, longest=0.02)))) == [b"retry: 2000\n\n"]


def test_a_stream_ends_when_its_client_disconnects() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        stream = chunks(Streams(1, FAST), ours)
        assert (next(stream), next(stream)) == (b"retry: 2000\n\n", b": heartbeat\n\n")
        theirs.close()
        assert list(stream) == []


def test_a_connection_that_broke_has_no_client() -> None:
    ours, theirs = socket.socketpair()
    ours.close()
    assert list(chunks(Streams(1, FAST), ours)) == [b"retry: 2000\n\n"]
    theirs.close()


def test_a_stream_outlives_an_unavailable_database() -> None:
    polls: Iterator[Unavailable | Poll] = iter(
        [Unavailable("unavailable"), Poll([Event("1", "job", "{}")], is_last=True)]
    )

    def poll() -> Poll:
        result = next(polls)
        if isinstance(result, Unavailable):
            raise result
        return result

    assert b"data: {}" in Streams(1, FAST).respond(poll).get_data()


def test_streams_leave_a_thread_for_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_THREADS", "4")
    with pytest.raises(SettingsError, match=r"WEB_STREAMS=4 must be less than WEB_THREADS=4"):
        read_settings()
    assert Settings(web_threads=4, web_streams=3).web_streams == 3
