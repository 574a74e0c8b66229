"""Event streams in a real web process: a client that goes frees its place, and a stop does not wait for them."""

import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from core.commands.processes import web_command
from core.config import Settings
from core.testing.services import free_port
from core.testing.waiting import PATIENCE, wait_until
from tests.core.marks import on_sqlite
from tests.core.processes import Running, clean_environment, running

pytestmark = [pytest.mark.slow, on_sqlite]
# Half of it is as long as tests wait, so that who needs all of it is told apart from who is slow.
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
def asked(port: int, path: str) -> Iterator[HTTPResponse]:
    """An answer, and its connection, which ends with the block."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", path)
        with connection.getresponse() as answer:
            yield answer


def status(port: int, path: str) -> int:
    with asked(port, path) as answer:
        return answer.status


def test_a_stream_past_the_places_is_refused_until_a_client_goes(web: Running, port: int) -> None:
    with asked(port, "/jobs/events") as stream:
        assert stream.readline() == b"retry: 2000\n"
        with asked(port, "/jobs/events") as refused:
            assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
        assert status(port, "/jobs") == 200
    wait_until(lambda: status(port, "/jobs/events") == 200, what="a free place")
    assert web.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_does_not_wait_for_streams(web: Running, port: int, number: signal.Signals) -> None:
    with asked(port, "/jobs/events") as stream:
        stream.readline()
        web.process.send_signal(number)
        # To the end, as browsers do: whoever does not close its side is waited for, up to two seconds.
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
