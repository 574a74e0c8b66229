"""Spans of requests and jobs, through OpenTelemetry's API: no-op until a collector is configured."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import NoOpTracer, Span, SpanKind, Status, StatusCode, Tracer, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACEPARENT = "traceparent"

propagator = TraceContextTextMapPropagator()


class Tracing:
    """Where the spans of one process go; this one drops them."""

    is_enabled = False

    def tracer(self) -> Tracer:
        """The tracer that starts this process's spans."""
        return NoOpTracer()

    def start(self) -> None:
        """Prepare a process that will not fork any more, so that its first span does not wait."""

    def close(self) -> None:
        """Send the remaining spans, in a bounded time."""


NO_TRACING = Tracing()


@contextmanager
def start_span(
    tracing: Tracing, kind: SpanKind, name: str, traceparent: str | None, attributes: dict[str, str | int]
) -> Iterator[Span]:
    """A span around the block, current in it, that continues the trace of `traceparent` (W3C) if there is one."""
    context = propagator.extract({TRACEPARENT: traceparent} if traceparent else {})
    with tracing.tracer().start_as_current_span(name, context, kind, attributes) as span:
        yield span


def current_traceparent() -> str | None:
    """The current span as W3C's `traceparent`, by which another process continues the trace; None without a span."""
    carrier: dict[str, str] = {}
    propagator.inject(carrier)
    return carrier.get(TRACEPARENT)


def fail_span(reason: str) -> None:
    """Mark the current span as failed."""
    get_current_span().set_status(Status(StatusCode.ERROR, reason))
