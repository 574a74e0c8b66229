"""A real web process: event streams and shutdown, and requests that are not HTTP."""

import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from pathlib import Path

import pytest

from core.commands.processes import web_command
from core.config import Settings
from core.problems import Problem
from core.testing.services import free_port
from core.testing.waiting import PATIENCE, wait_until
from tests.core.marks import on_sqlite
from tests.core.processes import Running, clean_environment, running

pytestmark = [pytest.mark.slow, on_sqlite]
# Twice the patience of a test, so that using up the grace period differs from being slow.
GRACE = 2 * PATIENCE
BEGUN = b"POST /toy/notes HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"


@pytest.fixture
def port() -> int:
    """Where the web process listens."""
    return free_port()


@pytest.fixture
def web(settings: Settings, port: int, tmp_path: Path) -> Iterator[Running]:
    """A web process of the toy's project that serves one stream at once."""
    chosen = settings.model_copy(update={"port": port, "stop_grace": GRACE})
    command = [word.replace("project.web", "tests.core.toy_web") for word in web_command(chosen)]
    environment = clean_environment(
        ENVIRONMENT="test",
        DATABASE_URL=settings.database,
        DATA_DIR=str(settings.data_dir),
        WEB_STREAMS="1",
    )
    with running(command, tmp_path, environment) as process:
        wait_until(lambda: listens(port), what="web listening")
        yield process


def listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def fetched(port: int, path: str) -> Iterator[HTTPResponse]:
    """An answer, and its connection, which ends with the block."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", path)
        with connection.getresponse() as answer:
            yield answer


def status(port: int, path: str) -> int:
    with fetched(port, path) as answer:
        return answer.status


def test_a_stream_without_a_free_slot_is_refused_until_a_client_disconnects(web: Running, port: int) -> None:
    with fetched(port, "/jobs/events") as stream:
        assert stream.readline() == b"retry: 2000\n"
        with fetched(port, "/jobs/events") as refused:
            assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
        assert status(port, "/jobs") == 200
    wait_until(lambda: status(port, "/jobs/events") == 200, what="a free slot")
    assert web.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_does_not_wait_for_streams(web: Running, port: int, number: signal.Signals) -> None:
    with fetched(port, "/jobs/events") as stream:
        stream.readline()
        web.process.send_signal(number)
        # Read to the end, as browsers do: web waits up to two seconds for clients that do not close their side.
        # On SIGINT gunicorn may end a worker before the last chunk.
        with suppress(IncompleteRead):
            stream.read()
        assert web.process.wait(GRACE / 2) == 0


def test_a_second_signal_ends_web_at_once(web: Running, port: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", port))) as slow:
        slow.sendall(BEGUN)
        assert status(port, "/health/live") == 200
        web.process.send_signal(signal.SIGTERM)
        wait_until(lambda: "Handling signal: term" in web.output(), what="web stopping")
        assert web.process.poll() is None
        web.process.send_signal(signal.SIGTERM)
        assert web.process.wait(GRACE / 2) == 128 + signal.SIGTERM


POST = b"POST /toy/notes HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
# Each with the status of its problem.
UNREADABLE = [
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    (b"hello\r\n\r\n", 400),
    (b"get / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"GET /\x1b[31m HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 100_000 + b"\r\n\r\n", 431),
    (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 500 + b"\r\n", 431),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX\x1b[31m: a\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", 400),
    (b"GET / HTTP/9.9\r\nHost: a\r\n\r\n", 400),
    (POST + b"Content-Length: x\r\n\r\n{", 400),
    (POST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (POST + b"Transfer-Encoding: foo\r\n\r\n", 501),
    (POST + b"Expect: 200-maybe\r\nContent-Length: 0\r\n\r\n", 417),
    (POST + b"SCRIPT_NAME: /elsewhere\r\nContent-Length: 0\r\n\r\n", 400),
    (CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n", 400),
    (CHUNKED + b"-3\r\n{}\r\n0\r\n\r\n", 400),
    (CHUNKED + b"f" * 40 + b"\r\n{}\r\n0\r\n\r\n", 400),
    (CHUNKED + b"2\r\n{}XX0\r\n\r\n", 400),
    (CHUNKED + b"5\r\n{", 400),
]


def test_requests_that_are_not_http_are_answered_with_problems(web: Running, port: int) -> None:
    for data, expected in UNREADABLE:
        with closing(socket.create_connection(("127.0.0.1", port), PATIENCE)) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            with HTTPResponse(connection) as answer:
                answer.begin()
                problem = Problem.model_validate_json(answer.read())
        assert (answer.status, problem.status) == (expected, expected), data[:200]
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["X-Request-ID"] == problem.request_id
        assert answer.headers["Connection"] == "close" or b"chunked" in data
    output = web.output()
    assert "Traceback" not in output
    assert not {character for character in output if not character.isprintable()} - {"\n"}
    assert status(port, "/jobs") == 200
