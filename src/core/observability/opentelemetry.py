"""OpenTelemetry's SDK: exports spans over HTTP in the background; an unavailable collector delays nothing."""

import atexit
import threading
from collections.abc import Callable

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Tracer

from core.config import Settings
from core.observability.tracing import Tracing

# The share of the stop grace that the last export may take; a process must not be late because of its spans.
EXPORT_SHARE = 0.2
EXPORT_SECONDS = 5.0


class OpenTelemetry(Tracing):
    """Exports spans; starts in each process by itself, because the exporter's thread does not survive a fork."""

    is_enabled = True

    def __init__(self, open_exporter: Callable[[], SpanExporter], close_timeout: float) -> None:
        self._open_exporter = open_exporter
        self._close_timeout = close_timeout
        self._lock = threading.Lock()
        self._provider: TracerProvider | None = None
        self._closing = threading.Event()
        self._shutdown = threading.Thread()

    def start(self) -> None:
        """Read OpenTelemetry's own variables and start the exporter."""
        self.tracer()

    def close(self) -> None:
        """Export the remaining spans within the close timeout; later spans are dropped."""
        if self._provider is None or self._closing.is_set():
            return
        if not self._shutdown.is_alive():
            self._shutdown = self._start_shutdown_thread(self._provider)  # this process was forked after the start
        self._closing.set()
        self._shutdown.join(self._close_timeout)

    def tracer(self) -> Tracer:
        """The tracer of this process; starts the exporter on first use."""
        with self._lock:
            if self._provider is None:
                named = Resource({SERVICE_NAME: "golden-core"}).merge(OTELResourceDetector().detect())
                self._provider = TracerProvider(resource=named, shutdown_on_exit=False)
                self._provider.add_span_processor(BatchSpanProcessor(self._open_exporter()))
                self._shutdown = self._start_shutdown_thread(self._provider)
                atexit.register(self.close)
            return self._provider.get_tracer("core")

    def _start_shutdown_thread(self, provider: TracerProvider) -> threading.Thread:
        # Started early, because an interpreter that is shutting down cannot start threads any more.
        thread = threading.Thread(target=self._shut_down, args=(provider,), name="span-export", daemon=True)
        thread.start()
        return thread

    def _shut_down(self, provider: TracerProvider) -> None:
        self._closing.wait()
        provider.shutdown()


def open_opentelemetry(settings: Settings) -> OpenTelemetry:
    """Tracing for the settings' collector; OpenTelemetry's own variables set sampling and the service's name."""
    address = f"{settings.otel_exporter_otlp_endpoint.rstrip('/')}/v1/traces"
    return OpenTelemetry(lambda: OTLPSpanExporter(address, timeout=EXPORT_SECONDS), settings.stop_grace * EXPORT_SHARE)
