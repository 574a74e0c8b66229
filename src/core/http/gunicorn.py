"""Gunicorn's configuration: its events through everybody's formatter, and an end that open streams do not put off."""

import os
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType

from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

from core.config import Settings
from core.environ import ENV_FILE, ensure_folder
from core.http.event_streams import STREAMS, Streams
from core.observability.logging import configure_logging


class StructuredLogger(Logger):
    """Leaves handlers and formats to the root logger."""

    def setup(self, cfg: Config) -> None:
        """Configure logging in gunicorn's main process, where no app is imported."""
        configure_logging(Settings(_env_file=ENV_FILE))
        self.error_log.propagate = True


logger_class = StructuredLogger


def on_starting(server: Arbiter) -> None:
    """Empty the folder in which the processes add up what they count: what an earlier web counted is over."""
    named = server.cfg.env.get("PROMETHEUS_MULTIPROC_DIR")
    if named is not None:
        shutil.rmtree(named, ignore_errors=True)
        ensure_folder(Path(named), "DATA_DIR")


def when_ready(server: Arbiter) -> None:
    """Let the second signal end web at once; gunicorn itself would go on waiting for its workers."""
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
    """Let a worker's open streams end as soon as it is asked to stop: they would use up the whole grace."""

    def stop(number: int, frame: FrameType | None) -> None:
        worker_int(worker)
        worker.handle_exit(number, frame)

    signal.signal(signal.SIGTERM, stop)


def worker_int(worker: Worker) -> None:
    """End a worker's open streams; gunicorn calls this itself where a worker is to stop without grace."""
    streams: object = worker.wsgi.extensions[STREAMS]
    if isinstance(streams, Streams):
        streams.close()
