"""What was logged, as the lines that a person or a machine reads."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr

import structlog
from pydantic import JsonValue

from core.config import Settings
from core.observability.logging import configure_logging

Event = dict[str, JsonValue]
Events = Callable[[], list[Event]]


@contextmanager
def logged(settings: Settings) -> Iterator[Callable[[], str]]:
    """What was logged since one last asked; afterwards logging is as it was."""
    before, level, configured = logging.root.handlers, logging.root.level, structlog.get_config()
    with redirect_stderr(io.StringIO()) as stream:
        configure_logging(settings)
    try:
        yield lambda: taken(stream)
    finally:
        logging.captureWarnings(capture=False)
        logging.root.handlers = before
        logging.root.setLevel(level)
        structlog.configure(**configured)


def taken(stream: io.StringIO) -> str:
    """The stream's text, which it has no more."""
    text = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return text


def parsed(lines: str) -> list[Event]:
    """Each line as an event."""
    return [json.loads(line) for line in lines.splitlines()]
