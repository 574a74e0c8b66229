"""A collector of traces: it takes what is sent over HTTP, and knows the spans by their names."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Collector:
    """What was sent so far."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.bodies: list[bytes] = []

    def span(self, name: str) -> Span | None:
        """The first span of this name."""
        sent = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        scopes = [scope for one in sent for resource in one.resource_spans for scope in resource.scope_spans]
        return next((span for scope in scopes for span in scope.spans if span.name == name), None)


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        """Takes traces, and says nothing."""

        def do_POST(self) -> None:
            """Keep the body."""
            collector.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector = Collector(server.server_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield collector
        server.shutdown()
