"""Event streams: few enough, alive while silent, and ended when the client goes or web stops."""

import socket
from collections.abc import Iterator

import pytest
from werkzeug.test import create_environ, run_wsgi_app

from core.config import Settings
from core.environ import SettingsError, read_settings
from core.errors import Unavailable
from core.http.event_streams import Event, Poll, Streams, StreamTimings

HASTY = StreamTimings(poll=0.01, heartbeat=0.03, longest=20, retry=2)
NOTHING = Poll()


def silent() -> Poll:
    return NOTHING


def chunks(streams: Streams, connection: object = None) -> Iterator[bytes]:
    return streams.respond(silent, connection).iter_encoded()


def test_a_client_is_told_when_to_come_back() -> None:
    assert next(chunks(Streams(1, HASTY))) == b"retry: 2000\n\n"


def test_silence_is_broken_before_a_proxy_gives_up() -> None:
    stream = chunks(Streams(1, HASTY))
    next(stream)
    assert next(stream) == next(stream) == b": still here\n\n"


def test_events_are_written_as_browsers_read_them() -> None:
    look = Poll([Event("1", "job", "{}")], is_last=True)
    written = Streams(1, HASTY).respond(lambda: look).get_data(as_text=True)
    assert written.endswith("id: 1\nevent: job\ndata: {}\n\n")


def test_there_are_no_more_streams_than_places() -> None:
    streams = Streams(1, HASTY)
    first = streams.respond(silent)
    with pytest.raises(Unavailable) as refused:
        streams.respond(silent)
    assert refused.value.retry_after == 5
    first.close()
    streams.respond(silent).close()


def test_a_place_is_free_again_where_nothing_was_read() -> None:
    streams = Streams(1, HASTY)
    run_wsgi_app(streams.respond(silent), create_environ(method="HEAD"), buffered=True)
    streams.respond(silent).close()


def test_no_place_means_no_stream() -> None:
    with pytest.raises(Unavailable):
        Streams(0, HASTY).respond(silent)


def test_a_stream_ends_when_web_stops() -> None:
    streams = Streams(1, StreamTimings(poll=20))
    stream = chunks(streams)
    next(stream)
    streams.close()
    assert list(stream) == []


def test_a_stream_ends_after_its_longest_time() -> None:
    assert list(chunks(Streams(1, StreamTimings(poll=0.01, longest=0.02)))) == [b"retry: 2000\n\n"]


def test_a_stream_ends_when_its_client_has_gone() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        stream = chunks(Streams(1, HASTY), ours)
        assert (next(stream), next(stream)) == (b"retry: 2000\n\n", b": still here\n\n")
        theirs.close()
        assert list(stream) == []


def test_a_connection_that_broke_has_no_client() -> None:
    ours, theirs = socket.socketpair()
    ours.close()
    assert list(chunks(Streams(1, HASTY), ours)) == [b"retry: 2000\n\n"]
    theirs.close()


def test_a_stream_outlives_a_database_that_is_away() -> None:
    looks: Iterator[Unavailable | Poll] = iter([Unavailable("away"), Poll([Event("1", "job", "{}")], is_last=True)])

    def look() -> Poll:
        found = next(looks)
        if isinstance(found, Unavailable):
            raise found
        return found

    assert b"data: {}" in Streams(1, HASTY).respond(look).get_data()


def test_streams_leave_a_thread_for_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_THREADS", "4")
    with pytest.raises(SettingsError, match=r"WEB_STREAMS=4 must be less than WEB_THREADS=4"):
        read_settings()
    assert Settings(web_threads=4, web_streams=3).web_streams == 3
