"""One event per line on standard error: coloured for people, JSON for machines, with the request's id in both."""

import io
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
MAX_LINES = 200
MAX_LINE_LENGTH = 2000
NOT_CAPTURED = frozenset(
    {"event", "level", "logger", "timestamp", "request_id", "job_id", "job", "attempt", "exc_info"}
)
FOR_RENDERER = frozenset({"exc_info", "stack"})
NOISY_LOGGERS = ("alembic", "celery.app.trace", "celery.worker.strategy", "kombu.connection")


@dataclass(frozen=True, slots=True)
class Line:
    """What a handler logged, and when."""

    at: datetime
    text: str


@dataclass
class CapturedLines:
    """What a job's handler logged: the lines that are not stored yet, and how many are."""

    pending: list[Line] = field(default_factory=list)
    stored: int = 0

    def add(self, line: Line) -> None:
        """Capture a line; after 200 of them, further lines are dropped."""
        if self.stored + len(self.pending) < MAX_LINES:
            self.pending.append(line)

    def mark_stored(self) -> None:
        """The pending lines are committed."""
        self.stored += len(self.pending)
        self.pending.clear()


_lines: ContextVar[CapturedLines | None] = ContextVar("job_lines", default=None)

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
)


class EventFormatter(structlog.stdlib.ProcessorFormatter):
    """Writes an event that cannot be formatted, for example because a value's `__repr__` raises, without its values.

    The standard library would print a traceback instead, and raise RecursionError in the code that logs.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The event as one line."""
        with suppress(Exception):
            return super().format(record)
        event = f"event of {record.pathname}:{record.lineno} cannot be formatted"
        attributes = {"name": record.name, "levelno": record.levelno, "levelname": record.levelname, "msg": event}
        return super().format(logging.makeLogRecord(attributes))


def configure_logging(settings: Settings) -> None:
    """Send the events of all loggers, the libraries' too, through one formatter."""
    structlog.configure(
        processors=[*_SHARED, _capture, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        EventFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(settings)],
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(settings.log_level)
    logging.captureWarnings(capture=True)
    for name in NOISY_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)


def _renderers(settings: Settings) -> list[Processor]:
    console = settings.log_format == "console" or (
        settings.log_format == "auto" and settings.environment == "development"
    )
    # Tracebacks show no local variables, which may hold a token or personal data.
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
    """The client's request id if it is a plain word of at most 128 characters, otherwise a new one."""
    return offered if offered and REQUEST_ID.fullmatch(offered) else uuid4().hex


def current_request_id() -> str | None:
    """The id of the request that this code runs for, in web and in the worker."""
    request_id: str | None = structlog.contextvars.get_contextvars().get("request_id")
    return request_id


@contextmanager
def captured_lines() -> Iterator[CapturedLines]:
    """Capture what apps log within the block, to show it beside the job; lines of libraries and of core are not."""
    lines = CapturedLines()
    token = _lines.set(lines)
    try:
        yield lines
    finally:
        _lines.reset(token)


def _capture(_logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    lines = _lines.get()
    if lines is not None and not event["logger"].startswith("core."):
        lines.add(Line(datetime.fromisoformat(event["timestamp"]), _text(method, event)[:MAX_LINE_LENGTH]))
    return event


def _text(method: str, event: EventDict) -> str:
    with suppress(Exception):
        values = (f"{name}={value}" for name, value in event.items() if name not in NOT_CAPTURED)
        return " ".join((f"[{method}]", str(event["event"]), *values))
    return f"[{method}] event cannot be formatted"


@contextmanager
def logged_with(**context: object) -> Iterator[None]:
    """Add these values to every event that is logged within the block."""
    with structlog.contextvars.bound_contextvars(**context):
        yield
