"""Traces: from a request to the jobs that it asked for, across the ledger; off unless settings say where they go.

What sends them is imported only then (core/telemetry.py).
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import Literal, Protocol

from core.config import Settings

Kind = Literal["request", "job"]
Attributes = dict[str, str | int]


class Span(Protocol):
    """Something that takes a while, as a trace tells it."""

    @property
    def context(self) -> str | None:
        """What another process continues the trace by, as W3C's `traceparent` writes it."""
        ...

    def tell(self, **attributes: str | int) -> None:
        """Say more of it."""
        ...

    def fail(self, reason: str) -> None:
        """Say that it did not do what was asked."""
        ...


class Tracing(Protocol):
    """Makes spans."""

    def span(self, kind: Kind, name: str, parent: str | None, attributes: Attributes) -> AbstractContextManager[Span]:
        """A span around the block, continuing the trace of `parent` where that is one."""
        ...

    def begin(self) -> None:
        """Prepare, in a process that will not fork any more, so that the first span does not wait."""
        ...

    def close(self) -> None:
        """Send what was not sent yet, in a bounded time."""
        ...


class NoSpan:
    """A span that nobody hears of."""

    context: str | None = None

    def tell(self, **attributes: str | int) -> None:
        """Nothing."""

    def fail(self, reason: str) -> None:
        """Nothing."""


class NoTracing:
    """Makes no spans."""

    @contextmanager
    def span(self, kind: Kind, name: str, parent: str | None, attributes: Attributes) -> Iterator[Span]:
        """Only the block; a trace that somebody else began goes on beyond it."""
        del kind, name, parent, attributes
        yield NO_SPAN

    def begin(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


NO_SPAN: Span = NoSpan()
NO_TRACING: Tracing = NoTracing()

_current: ContextVar[Span] = ContextVar("span", default=NO_SPAN)


def current_span() -> Span:
    """The span in which this code runs."""
    return _current.get()


@contextmanager
def traced(tracing: Tracing, kind: Kind, name: str, parent: str | None, attributes: Attributes) -> Iterator[Span]:
    """A span around the block, which is current in it."""
    with tracing.span(kind, name, parent, attributes) as span:
        token = _current.set(span)
        try:
            yield span
        finally:
            _current.reset(token)


def open_tracing(settings: Settings) -> Tracing:
    """What the settings ask for; it connects when it first has something to send."""
    if not settings.otel_exporter_otlp_endpoint:
        return NO_TRACING
    opened: Tracing = import_module("core.telemetry").open_telemetry(settings)
    return opened
