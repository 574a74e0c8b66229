"""How long one job takes on an idle system, from the moment when it was accepted to its end."""

from collections.abc import Iterator
from statistics import quantiles
from uuid import UUID

from sqlalchemy import select

from benchmarks.app import Work
from benchmarks.backlog import started
from benchmarks.contenders import Contender
from benchmarks.figures import Figure, Sizes
from benchmarks.places import Place, composed
from core.composition import Composition
from core.jobs.models import Job
from core.testing.waiting import wait_until

PERCENTILES = (50, 99)


def measure_latency(place: Place, sizes: Sizes, ours: Contender) -> Iterator[Figure]:
    """One job after the other, each accepted when the one before it has ended."""
    with composed(place.settings) as composition, started(place, ours):
        run_one(composition)
        waits = [run_one(composition) for _ in range(sizes.singles)]
    cuts = quantiles(waits, n=100, method="inclusive")
    for percentile in PERCENTILES:
        yield Figure(f"one job on an idle system, accepted → done, p{percentile}", cuts[percentile - 1] * 1000, "ms")


def run_one(composition: Composition) -> float:
    """Seconds between the job's two moments in the ledger."""
    with composition.extensions.units.open() as unit:
        job_id = unit.enqueue(Work(number=0))
    wait_until(lambda: seconds_of(composition, job_id) is not None, what="the job's end")
    return seconds_of(composition, job_id) or 0.0


def seconds_of(composition: Composition, job_id: UUID) -> float | None:
    """Seconds from its acceptance to its end; None until it has ended."""
    with composition.extensions.database.transaction(read_only=True) as session:
        accepted, ended = session.execute(select(Job.created_at, Job.finished_at).where(Job.id == job_id)).one()
    return None if ended is None else (ended - accepted).total_seconds()
