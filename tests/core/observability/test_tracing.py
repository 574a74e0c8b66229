"""Traces: a request and its jobs are one trace, and an unavailable collector delays nothing."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy import select

from core.commands.processes import web_command
from core.composition import Composition, Project, compose
from core.config import Settings
from core.factory import build_app, build_runner, open_tracing
from core.jobs.models import Job
from core.observability.opentelemetry import EXPORT_SECONDS, OpenTelemetry, open_opentelemetry
from core.observability.tracing import NO_TRACING, start_span
from core.testing.services import free_port
from core.testing.waiting import PATIENCE, wait_until
from tests.core.collector import Collector, collecting
from tests.core.marks import on_sqlite
from tests.core.processes import clean_environment, running
from tests.core.toy.messages import WriteNote
from tests.core.workers import job, worker

TRACE, CALLER = "0a" * 16, "0b" * 8
HEADERS = {"traceparent": f"00-{TRACE}-{CALLER}-01", "X-Request-ID": "from-the-client"}


@dataclass(frozen=True)
class Traced:
    """A project whose traces stay in memory."""

    composition: Composition
    tracing: OpenTelemetry
    exporter: InMemorySpanExporter

    def request(self, path: str, text: str = "hello", then: str = "succeed") -> int:
        """Send a request as part of a client's trace; returns its status."""
        client = build_app(self.composition, self.tracing).test_client()
        return client.post(path, json={"text": text, "then": then}, headers=HEADERS).status_code

    def run_jobs(self) -> None:
        """Run what is queued."""
        with self.composition.extensions.database.transaction(read_only=True) as session:
            job_ids = session.scalars(select(Job.id)).all()
        for job_id in job_ids:
            build_runner(self.composition, self.tracing).run(job_id)

    def spans(self) -> Sequence[ReadableSpan]:
        """What was sent, in the order in which it ended."""
        self.tracing.close()
        return self.exporter.get_finished_spans()


@pytest.fixture
def traced(composition: Composition) -> Traced:
    """The project under test."""
    exporter = InMemorySpanExporter()
    tracing = OpenTelemetry(lambda: exporter, 10)
    return Traced(composition, tracing, exporter)


def test_a_job_goes_on_with_the_trace_of_its_request(traced: Traced) -> None:
    assert traced.request("/toy/jobs") == 202
    traced.run_jobs()
    request, ran = traced.spans()
    assert request.context is not None
    assert request.parent is not None
    assert ran.parent is not None
    assert (request.name, request.kind, ran.name, ran.kind) == (
        "POST /toy/jobs",
        SpanKind.SERVER,
        "toy.write_note",
        SpanKind.CONSUMER,
    )
    assert f"{request.context.trace_id:032x}" == f"{ran.parent.trace_id:032x}" == TRACE
    assert (f"{request.parent.span_id:016x}", ran.parent.span_id) == (CALLER, request.context.span_id)
    assert request.attributes == {"request_id": "from-the-client", "http.response.status_code": 202}
    assert (ran.attributes or {}).get("request_id") == "from-the-client"


@on_sqlite
@pytest.mark.parametrize("then, reason", [("refuse", "Conflict"), ("be unavailable", "Unavailable")])
def test_the_span_of_a_job_without_success_is_failed(traced: Traced, then: str, reason: str) -> None:
    traced.request("/toy/jobs", then=then)
    traced.run_jobs()
    _, ran = traced.spans()
    assert (ran.status.status_code, ran.status.description) == (StatusCode.ERROR, reason)


@on_sqlite
def test_the_span_of_a_crash_contains_no_secret(traced: Traced) -> None:
    assert traced.request("/toy/jobs", text="roll back") == 500
    (request,) = traced.spans()
    assert request.status.status_code == StatusCode.ERROR
    assert "hunter2" not in request.to_json()


@on_sqlite
def test_a_span_does_not_contain_the_path_of_the_url(traced: Traced) -> None:
    assert traced.request("/nowhere/hunter2?password=hunter2") == 404
    (request,) = traced.spans()
    assert (request.name, request.status.status_code) == ("POST other", StatusCode.UNSET)
    assert "hunter2" not in request.to_json()


@on_sqlite
def test_an_unreadable_traceparent_starts_a_new_trace(traced: Traced) -> None:
    build_app(traced.composition, traced.tracing).test_client().get(
        "/health/live", headers={"traceparent": "00-nonsense"}
    )
    (request,) = traced.spans()
    assert request.parent is None


@on_sqlite
def test_without_a_collector_nothing_is_traced(composition: Composition, settings: Settings) -> None:
    assert open_tracing(settings) is NO_TRACING
    build_app(composition).test_client().post("/toy/jobs", json={"text": "hello"}, headers=HEADERS)
    with composition.extensions.database.transaction(read_only=True) as session:
        assert session.scalars(select(Job.trace_context)).all() == [None]
    NO_TRACING.start()
    NO_TRACING.close()


def test_a_collector_that_does_not_answer_delays_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        tracing = open_opentelemetry(Settings(otel_exporter_otlp_endpoint=address, stop_grace=1))
        before = time.monotonic()
        for _ in range(100):
            with start_span(tracing, SpanKind.CONSUMER, "a.b", None, {}):
                pass
        tracing.close()
        assert time.monotonic() - before < EXPORT_SECONDS
    # The export goes on in the background, with random pauses that a property test would take for its own.
    exporting = {"span-export", "OtelBatchSpanRecordProcessor"}
    wait_until(lambda: not exporting & {thread.name for thread in threading.enumerate()})


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector over HTTP."""
    with collecting() as opened:
        yield opened


def is_accepted(port: int) -> bool:
    """Whether a real server takes a job."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("POST", "/toy/jobs", '{"text": "hello"}', {**HEADERS, "Content-Type": "application/json"})
        return connection.getresponse().status == 202
    except OSError:
        return False
    finally:
        connection.close()


@pytest.mark.slow
@on_sqlite
def test_web_exports_its_last_spans_before_it_ends(settings: Settings, tmp_path: Path, collector: Collector) -> None:
    port = free_port()
    served = settings.model_copy(update={"port": port, "data_dir": tmp_path})
    command = [word.replace("project.web", "tests.core.toy_web") for word in web_command(served)]
    environment = clean_environment(
        DATABASE_URL=settings.database, DATA_DIR=str(tmp_path), OTEL_EXPORTER_OTLP_ENDPOINT=collector.address
    )
    with running(command, tmp_path, environment) as process:
        wait_until(lambda: is_accepted(port), what="web")
        assert process.end() == 0
    span = collector.span("POST /toy/jobs")
    assert span is not None
    assert span.trace_id.hex() == TRACE


@pytest.mark.slow
@on_sqlite
def test_a_worker_exports_its_last_spans_before_it_ends(project: Project, tmp_path: Path, collector: Collector) -> None:
    composition = compose(project)
    with composition.extensions.units.open() as unit:
        job_id = unit.enqueue(WriteNote(text="hello"))
    with worker(project.settings, tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=collector.address) as process:
        wait_until(lambda: job(composition, job_id).state == "succeeded", what="the job's end")
        assert process.end() == 0
    composition.extensions.close()
    assert collector.span("toy.write_note") is not None
