"""`/metrics` for Prometheus: the requests of every process of this web, and the ledger at the time of the scrape.

Labels contain what the code defines (route templates, names of messages and queues), and nothing that a client sent.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Generic, TypeVar

from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, Counter, Histogram, Metric, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from core.errors import Unavailable
from core.http.application import STARTED
from core.jobs.states import State
from core.jobs.statistics import Measures, measure
from core.observability.logging import logger
from core.unit_of_work import UnitOfWorkFactory

# Two bounds above the times in docs/speed.md, and those after which people and proxies give up.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"

# The library has no types for these two.
collect_shared: Callable[[CollectorRegistry], object] = MultiProcessCollector
omit_created_series: Callable[[], None] = disable_created_metrics

T = TypeVar("T")
log = logger(__name__)


class Requests:
    """Counts requests and their seconds, in shared files if gunicorn names a folder for its workers."""

    def __init__(self) -> None:
        omit_created_series()
        self._own = CollectorRegistry(auto_describe=False)
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        labels = ("method", "route")
        self._answers = Counter("http_requests", "Answered requests.", (*labels, "status"), registry=self._own)
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "Seconds until the answer began; the duration of a stream is not included.",
            labels,
            registry=self._own,
            buckets=BUCKETS,
        )

    def count(self, response: Response) -> Response:
        """Count an answer; unknown URLs and methods share one label."""
        method = request.method if request.method in METHODS else OTHER
        route = OTHER if request.url_rule is None else request.url_rule.rule
        answers, seconds = self._labelled(method, route, response.status_code)
        answers.inc()
        seconds.observe(time.perf_counter() - request.environ[STARTED])
        return response

    def _labelled(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        # Kept, because the library takes longer to look them up than to count.
        children = self._children.get((method, route, status))
        if children is None:
            children = self._answers.labels(method, route, str(status)), self._seconds.labels(method, route)
            self._children[method, route, status] = children
        return children

    def registry(self) -> CollectorRegistry:
        """The sums over all processes of the same web."""
        shared = CollectorRegistry(auto_describe=False)
        try:
            collect_shared(shared)
        except ValueError:  # no folder is named, so this is the only process
            shared.register(self._own)
        return shared


class SingleFlight(Generic[T]):
    """Shares one running call among all concurrent callers, so that a call that hangs takes one thread and no more."""

    def __init__(self, read: Callable[[], T], seconds: float) -> None:
        self._read = read
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="metrics")
        self._lock = threading.Lock()
        self._running: Future[T] | None = None

    def __call__(self) -> T | None:
        """The result; None if the call failed or takes longer than the allowed seconds."""
        with self._lock:
            if self._running is None or self._running.done():
                self._running = self._pool.submit(self._read)
            running = self._running
        try:
            return running.result(self._seconds)
        except (FutureTimeoutError, Unavailable) as error:
            log.warning("ledger not measured", reason=str(error) or type(error).__name__)
        except Exception:  # the requests are reported even if the ledger's tables do not exist yet
            log.exception("ledger not measured")
        return None


class LedgerCollector(Collector):
    """The ledger's metrics; every process reports the same values, so queries over several webs take the maximum."""

    def __init__(self, read: Callable[[], Measures | None], queues: Sequence[str] = ()) -> None:
        self._read = read
        self._queues = queues

    def collect(self) -> Iterator[Metric]:
        """Read the ledger, and report whether that was possible."""
        measures = self._read()
        yield GaugeMetricFamily("database_up", "1 if the database answered in time.", float(measures is not None))
        if measures is not None:
            yield from _live(measures)
            yield from _queues(measures, self._queues)
            yield from _ended(measures)
            yield from _workers(measures)


def _live(measures: Measures) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("jobs_live", "Unfinished jobs.", labels=("queue", "name", "state"))
    for group in measures.live:
        jobs.add_metric((group.queue, group.name, group.state), group.jobs)
    text = "Failed and cancelled jobs that can be retried; 10001 stands for more."
    retryable = GaugeMetricFamily("jobs_retryable", text, labels=("state",))
    for state, number in measures.retryable.items():
        retryable.add_metric((state,), number)
    yield from (jobs, retryable)


def _queues(measures: Measures, queues: Sequence[str]) -> Iterator[Metric]:
    # Empty queues are reported too: an autoscaler must not take a missing series for an empty queue.
    waits = dict.fromkeys(queues, 0.0)
    for group in measures.live:
        if group.state == State.QUEUED:
            waits[group.queue] = max(waits.get(group.queue, 0.0), (measures.at - group.since).total_seconds())
    oldest = GaugeMetricFamily("jobs_oldest_queued_seconds", "Age of the first job in a queue.", labels=("queue",))
    for queue, seconds in waits.items():
        oldest.add_metric((queue,), seconds)
    text = "Jobs waiting in a queue that no live worker serves."
    unserved = GaugeMetricFamily("jobs_unserved", text, labels=("queue",))
    for queue, jobs in (dict.fromkeys(waits, 0) | {each.name: each.jobs for each in measures.unserved}).items():
        unserved.add_metric((queue,), jobs)
    yield from (oldest, unserved)


def _ended(measures: Measures) -> Iterator[Metric]:
    labels, of_which = ("name", "state"), "of the jobs that ended within the last minute."
    jobs = GaugeMetricFamily("jobs_ended_last_minute", "Jobs that ended within the last minute.", labels=labels)
    average = GaugeMetricFamily(
        "jobs_run_seconds_average", f"Average seconds of the last attempt {of_which}", labels=labels
    )
    longest = GaugeMetricFamily(
        "jobs_run_seconds_longest", f"Longest seconds of the last attempt {of_which}", labels=labels
    )
    for group in measures.ended:
        values = (group.name, group.state)
        jobs.add_metric(values, group.jobs)
        if group.average is not None and group.longest is not None:
            average.add_metric(values, group.average)
            longest.add_metric(values, group.longest)
    yield from (jobs, average, longest)


def _workers(measures: Measures) -> Iterator[Metric]:
    yield GaugeMetricFamily("workers_alive", "Workers with a recent heartbeat.", measures.workers[True])
    yield GaugeMetricFamily("workers_silent", "Workers without one that did not sign off.", measures.workers[False])
    yield GaugeMetricFamily("worker_slots", "Jobs that the live workers run at once.", measures.slots)
    yield GaugeMetricFamily("schedules_behind", "Schedules whose tick is late.", measures.schedules_behind)


def serve_metrics(web: Flask, units: UnitOfWorkFactory) -> None:
    """Count the requests of a web, and add `/metrics` to it."""

    def read() -> Measures:
        with units.database.transaction(read_only=True) as session:
            return measure(session, units.policy.clock())

    requests, settings = Requests(), units.settings
    ledger = LedgerCollector(SingleFlight(read, settings.health_timeout), settings.worker_queues)
    web.after_request(requests.count)

    @web.get("/metrics")
    def metrics() -> Response:
        registry = requests.registry()
        registry.register(ledger)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
