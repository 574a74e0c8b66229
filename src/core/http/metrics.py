"""`/metrics` for Prometheus: the requests of every process of this web, and the ledger as it is when it is asked.

Labels hold what the code wrote (templates of routes, names of messages and queues), nothing that a client sent.
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

# Two above the times of docs/speed.md, and the seconds after which people and proxies give up.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"

# The library has types for all but these.
collect_shared: Callable[[CollectorRegistry], object] = MultiProcessCollector
without_moments: Callable[[], None] = disable_created_metrics

T = TypeVar("T")
log = logger(__name__)


class Requests:
    """Counts answers and their seconds; where gunicorn names a folder for it, in files that all its workers share."""

    def __init__(self) -> None:
        without_moments()
        self._own = CollectorRegistry(auto_describe=False)
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        labels = ("method", "route")
        self._answers = Counter("http_requests", "Answers.", (*labels, "status"), registry=self._own)
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "Seconds until an answer began; a stream's end does not count.",
            labels,
            registry=self._own,
            buckets=BUCKETS,
        )

    def count(self, response: Response) -> Response:
        """Count an answer; the URL of an unknown route says nothing but that it is unknown."""
        method = request.method if request.method in METHODS else OTHER
        route = OTHER if request.url_rule is None else request.url_rule.rule
        answers, seconds = self._of(method, route, response.status_code)
        answers.inc()
        seconds.observe(time.perf_counter() - request.environ[STARTED])
        return response

    def _of(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        # The library takes longer to find the two by their labels than to count.
        found = self._known.get((method, route, status))
        if found is None:
            found = self._answers.labels(method, route, str(status)), self._seconds.labels(method, route)
            self._known[method, route, status] = found
        return found

    def registry(self) -> CollectorRegistry:
        """What this process counted, with what the others of the same web did."""
        shared = CollectorRegistry(auto_describe=False)
        try:
            collect_shared(shared)
        except ValueError:  # no folder is named: this process is alone
            shared.register(self._own)
        return shared


class SingleFlight(Generic[T]):
    """A reading that all who ask at once share, each for a bounded time: what hangs, hangs once."""

    def __init__(self, read: Callable[[], T], seconds: float) -> None:
        self._read = read
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="metrics")
        self._lock = threading.Lock()
        self._asked: Future[T] | None = None

    def __call__(self) -> T | None:
        """What was read; None where it failed, or takes longer than the time."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = self._pool.submit(self._read)
            asked = self._asked
        try:
            return asked.result(self._seconds)
        except (FutureTimeoutError, Unavailable) as error:
            log.warning("ledger not measured", reason=str(error) or type(error).__name__)
        except Exception:  # the requests are told even where the ledger's tables are not there yet
            log.exception("ledger not measured")
        return None


class LedgerCollector(Collector):
    """The ledger's numbers, the same from every process: whoever sums over several webs takes the maximum."""

    def __init__(self, read: Callable[[], Measures | None], queues: Sequence[str] = ()) -> None:
        self._read = read
        self._queues = queues

    def collect(self) -> Iterator[Metric]:
        """Read the ledger, and say whether that was possible."""
        found = self._read()
        yield GaugeMetricFamily("database_up", "1 where the database answered in time.", float(found is not None))
        if found is not None:
            yield from _live(found)
            yield _oldest(found, self._queues)
            yield from _ended(found)
            yield from _workers(found)


def _live(found: Measures) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("jobs_live", "Unfinished jobs.", labels=("queue", "name", "state"))
    for kind in found.live:
        jobs.add_metric((kind.queue, kind.name, kind.state), kind.jobs)
    kept = "Failed and cancelled jobs that are kept and can be retried; 10001 stands for more."
    retryable = GaugeMetricFamily("jobs_retryable", kept, labels=("state",))
    for state, number in found.retryable.items():
        retryable.add_metric((state,), number)
    yield from (jobs, retryable)


def _oldest(found: Measures, queues: Sequence[str]) -> Metric:
    # A queue in which nothing waits is told too: whoever scales by it must not take silence for an empty queue.
    waits = dict.fromkeys(queues, 0.0)
    for kind in found.live:
        if kind.state == State.QUEUED:
            waits[kind.queue] = max(waits.get(kind.queue, 0.0), (found.at - kind.since).total_seconds())
    oldest = GaugeMetricFamily("jobs_oldest_queued_seconds", "How long the first in a queue waits.", labels=("queue",))
    for queue, seconds in waits.items():
        oldest.add_metric((queue,), seconds)
    return oldest


def _ended(found: Measures) -> Iterator[Metric]:
    labels, last = ("name", "state"), "of the jobs that ended within the last minute."
    jobs = GaugeMetricFamily("jobs_ended_last_minute", "Jobs that ended within the last minute.", labels=labels)
    average = GaugeMetricFamily("jobs_run_seconds_average", f"Seconds of the last attempt, {last}", labels=labels)
    longest = GaugeMetricFamily("jobs_run_seconds_longest", f"Seconds of the longest, {last}", labels=labels)
    for kind in found.ended:
        named = (kind.name, kind.state)
        jobs.add_metric(named, kind.jobs)
        if kind.average is not None and kind.longest is not None:
            average.add_metric(named, kind.average)
            longest.add_metric(named, kind.longest)
    yield from (jobs, average, longest)


def _workers(found: Measures) -> Iterator[Metric]:
    yield GaugeMetricFamily("workers_alive", "Workers that were seen lately.", found.workers[True])
    yield GaugeMetricFamily("workers_silent", "Workers that fell silent without signing off.", found.workers[False])
    yield GaugeMetricFamily("worker_slots", "Jobs that the workers alive run at once.", found.slots)
    yield GaugeMetricFamily("schedules_behind", "Schedules whose tick is late.", found.schedules_behind)


def serve_metrics(web: Flask, units: UnitOfWorkFactory) -> None:
    """Count the answers of a web, and put `/metrics` into it."""

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
