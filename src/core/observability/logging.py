"""One event per line on standard error: coloured for people, JSON for machines, with the request's id in both."""

import io
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TextIO
from uuid import uuid4

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from core.config import Settings
from core.environ import is_coloured

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
MOST_LINES = 200
LONGEST_LINE = 2000
NOT_TOLD = frozenset({"event", "level", "logger", "timestamp", "request_id", "job_id", "job", "attempt", "exc_info"})
FOR_RENDERER = frozenset({"exc_info", "stack"})
TALKATIVE = ("alembic", "celery.app.trace", "celery.worker.strategy", "kombu.connection")


@dataclass(frozen=True, slots=True)
class Line:
    """What was logged, and when."""

    at: datetime
    text: str


@dataclass
class KeptLines:
    """What a job's code logged: the lines that wait to be stored, and how many already are."""

    waiting: list[Line] = field(default_factory=list)
    count: int = 0

    def add(self, line: Line) -> None:
        """Keep a line, unless there are too many."""
        if self.count + len(self.waiting) < MOST_LINES:
            self.waiting.append(line)

    def are_stored(self) -> None:
        """Wait no more: they are committed."""
        self.count += len(self.waiting)
        self.waiting.clear()


_lines: ContextVar[KeptLines | None] = ContextVar("job_lines", default=None)

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
)


def configure_logging(settings: Settings) -> None:
    """Send every logger's events, ours and the libraries', through one formatter."""
    structlog.configure(
        processors=[*_SHARED, _keep, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(settings)],
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(settings.log_level)
    logging.captureWarnings(capture=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _renderers(settings: Settings) -> list[Processor]:
    console = settings.log_format == "console" or (
        settings.log_format == "auto" and settings.environment == "development"
    )
    # Neither traceback shows local variables: a token or a person's data may stand in one.
    if console:
        colours = is_coloured(sys.stderr)
        return [_escape, structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=_format_traceback)]
    bare = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [structlog.processors.ExceptionRenderer(bare), structlog.processors.JSONRenderer()]


def _escape(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    # Values may come from clients, and a terminal obeys what is in them. JSON escapes by itself.
    return {name: value if name in FOR_RENDERER else _printable_value(value) for name, value in event.items()}


def _printable_value(value: object) -> object:
    text = value if isinstance(value, str) else repr(value)
    return value if text.isprintable() else printable(text)


def _format_traceback(stream: TextIO, exception: ExcInfo) -> None:
    plain = io.StringIO()
    structlog.dev.plain_traceback(plain, exception)
    stream.write("\n".join(map(printable, plain.getvalue().split("\n"))))


def printable(text: str) -> str:
    """The text with control characters, line ends and invisible characters escaped, as in a Python literal."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module; call it with `__name__`."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound


def accepted_request_id(offered: str | None) -> str:
    """The client's request id where it is a plain word of at most 128 characters, otherwise a new one."""
    return offered if offered and REQUEST_ID.fullmatch(offered) else uuid4().hex


def current_request_id() -> str | None:
    """The id of the request on whose behalf this code runs, in web and in the worker."""
    request_id: str | None = structlog.contextvars.get_contextvars().get("request_id")
    return request_id


@contextmanager
def kept_lines() -> Iterator[KeptLines]:
    """Keep what apps log within the block, for the people who watch a job; libraries' and core's lines are not kept."""
    lines = KeptLines()
    token = _lines.set(lines)
    try:
        yield lines
    finally:
        _lines.reset(token)


def _keep(_logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    lines = _lines.get()
    if lines is not None and not event["logger"].startswith("core."):
        told = (f"{name}={value}" for name, value in event.items() if name not in NOT_TOLD)
        text = storable(" ".join((f"[{method}]", str(event["event"]), *told))[:LONGEST_LINE])
        lines.add(Line(datetime.fromisoformat(event["timestamp"]), text))
    return event


def storable(text: str) -> str:
    """The text with a mark for each character that a database refuses: zero bytes and halves of a character."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


@contextmanager
def logged_with(**context: object) -> Iterator[None]:
    """Put these names into every event that is logged within the block."""
    with structlog.contextvars.bound_contextvars(**context):
        yield
