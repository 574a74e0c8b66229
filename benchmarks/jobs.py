"""`make bench ARGS=jobs`: a backlog beside bare Celery, a single job on an idle system, and a job's parts."""

from collections.abc import Sequence

from benchmarks.backlog import measure_backlog
from benchmarks.contenders import contenders
from benchmarks.figures import Figure, Sizes
from benchmarks.latency import measure_latency
from benchmarks.parts import measure_parts
from benchmarks.places import open_place
from core.config import Settings
from core.observability.logging import configure_logging


def measure_jobs(sizes: Sizes) -> Sequence[Figure]:
    """All three on the same Redis and PostgreSQL."""
    configure_logging(Settings(log_level="WARNING"))
    with open_place() as place:
        compared = contenders(place.settings)
        return [
            *measure_backlog(place, sizes, compared),
            *measure_latency(place, sizes, compared[0]),
            *measure_parts(place.settings, sizes.jobs),
        ]
