"""Gunicorn's configuration: logging like everywhere else, problems for unreadable requests, and a prompt shutdown."""

import os
import shutil
import signal
import socket
import sys
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from types import FrameType

from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http import errors
from gunicorn.workers.base import Worker
from gunicorn.workers.gthread import ThreadWorker

from core.config import Settings
from core.environ import ENV_FILE, ensure_folder
from core.http.event_streams import STREAMS, Streams
from core.observability.logging import accepted_request_id, configure_logging, logged_with, logger
from core.problems import MEDIA_TYPE, Problem

# What gunicorn itself answers; its other parse errors are a 400.
STATUSES: dict[type[Exception], HTTPStatus] = {
    errors.InvalidResponseHeader: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.InvalidResponseHeaderName: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    errors.ForbiddenProxyRequest: HTTPStatus.FORBIDDEN,
    errors.ParseException: HTTPStatus.BAD_REQUEST,
}

SEND_SECONDS = 1

log = logger(__name__)


class StructuredLogger(Logger):
    """Leaves handlers and formats to the root logger."""

    def setup(self, cfg: Config) -> None:
        """Configure logging in gunicorn's main process, which imports no app."""
        configure_logging(Settings(_env_file=ENV_FILE))
        self.error_log.propagate = True


class ProblemWorker(ThreadWorker):
    """Answers requests that are not HTTP, and never reach the Flask object, with problems too."""

    def handle_error(self, req: object, client: socket.socket, addr: tuple[str, int], exc: Exception) -> None:
        """Log the error and answer it; gunicorn closes the connection."""
        status = next(
            (STATUSES[error] for error in STATUSES if isinstance(exc, error)), HTTPStatus.INTERNAL_SERVER_ERROR
        )
        request_id = accepted_request_id(None)
        with logged_with(request_id=request_id):
            if status == HTTPStatus.INTERNAL_SERVER_ERROR:
                log.error("request failed", exc_info=exc)
            else:
                log.warning("invalid request", client=addr[0], reason=str(exc))
        with suppress(OSError):  # the client has disconnected
            client.settimeout(SEND_SECONDS)
            client.sendall(_answer(status, request_id))


logger_class = StructuredLogger
worker_class = ProblemWorker


def _answer(status: HTTPStatus, request_id: str) -> bytes:
    detail = (
        None if status == HTTPStatus.INTERNAL_SERVER_ERROR else status.description or "The request cannot be parsed"
    )
    body = Problem(title=status.phrase, status=status, detail=detail, request_id=request_id).body().encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        f"Content-Type: {MEDIA_TYPE}",
        f"Content-Length: {len(body)}",
        f"X-Request-ID: {request_id}",
    )
    return "\r\n".join((*head, "", "")).encode() + body


def on_starting(server: Arbiter) -> None:
    """Empty the folder in which the processes add up their metrics: those of an earlier run are out of date."""
    folder = server.cfg.env.get("PROMETHEUS_MULTIPROC_DIR")
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
        ensure_folder(Path(folder), "DATA_DIR")


def when_ready(server: Arbiter) -> None:
    """Let the second signal stop web at once; gunicorn itself would still wait for its workers."""
    stopping = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        if stopping and number != signal.SIGHUP:
            for pid in list(server.WORKERS):
                os.kill(pid, signal.SIGKILL)
            raise SystemExit(128 + number)
        stopping = True
        server.signal(signal.SIGTERM if number == signal.SIGHUP else number, frame)

    # Gunicorn reloads on SIGHUP; in a terminal, the signal means that the terminal is closed.
    for number in (signal.SIGTERM, signal.SIGINT, *([signal.SIGHUP] if sys.stdin.isatty() else [])):
        signal.signal(number, stop)


def post_worker_init(worker: Worker) -> None:
    """End a worker's open streams at the first signal: they would use up the grace period."""

    def stop(number: int, frame: FrameType | None) -> None:
        worker_int(worker)
        worker.handle_exit(number, frame)

    signal.signal(signal.SIGTERM, stop)


def worker_int(worker: Worker) -> None:
    """End a worker's open streams; gunicorn calls this itself if the worker has to stop without a grace period."""
    streams: object = worker.wsgi.extensions[STREAMS]
    if isinstance(streams, Streams):
        streams.close()
