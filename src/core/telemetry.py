"""OpenTelemetry: sends traces over HTTP in the background; a collector that is away holds nobody up."""

import atexit
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Span as OpenSpan
from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from core.config import Settings
from core.tracing import Attributes, Kind, Span

KINDS: dict[Kind, SpanKind] = {"request": SpanKind.SERVER, "job": SpanKind.CONSUMER}
# A part of the stop grace: what cannot be sent within it is lost, for the end of a process counts more.
PATIENCE = 0.2
SEND_SECONDS = 5.0
TRACEPARENT = "traceparent"

propagator = TraceContextTextMapPropagator()


class TracedSpan:
    """A span of OpenTelemetry."""

    def __init__(self, span: OpenSpan) -> None:
        self._span = span

    @property
    def context(self) -> str | None:
        """The span as W3C's `traceparent`."""
        carrier: dict[str, str] = {}
        propagator.inject(carrier)
        return carrier.get(TRACEPARENT)

    def tell(self, **attributes: str | int) -> None:
        """Say more of it."""
        self._span.set_attributes(attributes)

    def fail(self, reason: str) -> None:
        """Mark it as failed."""
        self._span.set_status(Status(StatusCode.ERROR, reason))


class OpenTelemetry:
    """Makes spans and sends them; begins in each process by itself, because what it begins does not outlive a fork."""

    def __init__(self, open_exporter: Callable[[], SpanExporter], patience: float) -> None:
        self._open_exporter = open_exporter
        self._patience = patience
        self._lock = threading.Lock()
        self._provider: TracerProvider | None = None
        self._closing = threading.Event()
        self._last = threading.Thread()

    @contextmanager
    def span(self, kind: Kind, name: str, parent: str | None, attributes: Attributes) -> Iterator[Span]:
        """A span around the block; an exception that leaves it is its failure."""
        context = propagator.extract({TRACEPARENT: parent} if parent else {})
        with self._tracer().start_as_current_span(name, context, KINDS[kind], attributes) as span:
            yield TracedSpan(span)

    def begin(self) -> None:
        """Read what OpenTelemetry's variables say, and begin to send."""
        self._tracer()

    def close(self) -> None:
        """Send what is left, for as long as there is patience; what comes later is not sent."""
        if self._provider is None or self._closing.is_set():
            return
        if not self._last.is_alive():
            self._last = self._waiting(self._provider)  # this process was forked after it had begun
        self._closing.set()
        self._last.join(self._patience)

    def _waiting(self, provider: TracerProvider) -> threading.Thread:
        # A thread that the end of the process does not wait for; then it would be too late to start one.
        thread = threading.Thread(target=self._end, args=(provider,), name="last-traces", daemon=True)
        thread.start()
        return thread

    def _end(self, provider: TracerProvider) -> None:
        self._closing.wait()
        provider.shutdown()

    def _tracer(self) -> Tracer:
        with self._lock:
            if self._provider is None:
                named = Resource({SERVICE_NAME: "golden-core"}).merge(OTELResourceDetector().detect())
                self._provider = TracerProvider(resource=named, shutdown_on_exit=False)
                self._provider.add_span_processor(BatchSpanProcessor(self._open_exporter()))
                self._last = self._waiting(self._provider)
                atexit.register(self.close)
            return self._provider.get_tracer("core")


def open_telemetry(settings: Settings) -> OpenTelemetry:
    """Traces for the collector of the settings; how many, and under which name, OpenTelemetry's own variables say."""
    address = f"{settings.otel_exporter_otlp_endpoint.rstrip('/')}/v1/traces"
    return OpenTelemetry(lambda: OTLPSpanExporter(address, timeout=SEND_SECONDS), settings.stop_grace * PATIENCE)
