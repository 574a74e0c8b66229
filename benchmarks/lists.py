"""`make bench ARGS=lists`: what people and programs read of the ledger, and what its upkeep costs, as it grows."""

import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median

from benchmarks.figures import Figure, Sizes
from benchmarks.http.calls import Call, Case
from benchmarks.ledger import NEEDLE, fill
from benchmarks.places import composed, open_place
from core.composition import Composition
from core.config import Settings
from core.console.service import JobsService
from core.factory import build_app
from core.jobs.reaper import Reaper
from core.observability.logging import configure_logging

WARM = 2
ROUNDS = 7
REQUESTS = {
    "list": "/jobs",
    "list by state": "/jobs?state=failed",
    "search by text": f"/jobs?text={NEEDLE}",
    "the page, its chart drawn before": "/",
    "`/metrics`": "/metrics",
}


def measure_lists(sizes: Sizes) -> Sequence[Figure]:
    """On both databases, with more and more ended jobs."""
    with open_place() as place:
        configure_logging(Settings(log_level="WARNING"))
        return [each for name, settings in place.stacks.items() for each in on_stack(name, settings, sizes.ended)]


def on_stack(stack: str, settings: Settings, amounts: Sequence[int]) -> Iterator[Figure]:
    """Fill the ledger step by step; the ratios say how much slower than with the fewest jobs."""
    database = stack.partition(" ")[0]
    with composed(settings) as composition:
        steps = steps_of(composition)
        for before, amount in zip((0, *amounts), amounts, strict=False):
            fill(composition.extensions.database, before, amount)
            for name, step in steps.items():
                base = f"{name}, {database}, {amounts[0]:,} jobs" if before else ""
                yield Figure(f"{name}, {database}, {amount:,} jobs", milliseconds(step), "ms", base)


def steps_of(composition: Composition) -> dict[str, Callable[[], object]]:
    """What is measured, by name."""
    web = build_app(composition)
    calls: dict[str, Callable[[], object]] = {name: Call(web, Case(name, path)) for name, path in REQUESTS.items()}
    return calls | {"the chart": lambda: chart(composition), "reaper": lambda: reap(composition)}


def chart(composition: Composition) -> None:
    """What the page reads at most every ten seconds."""
    with composition.extensions.units.open(read_only=True) as unit:
        JobsService(unit).last_hour()


def reap(composition: Composition) -> None:
    """A round in which nothing is due and nothing is old."""
    reaper, database = Reaper(composition.extensions.policy), composition.extensions.database
    with database.transaction(read_only=True) as session:
        reaper.is_needed(session)
    with database.transaction() as session:
        reaper.reap(session, lambda _queue: False)
    with database.transaction() as session:
        reaper.purge(session)


def milliseconds(step: Callable[[], object]) -> float:
    """The median of several times."""
    for _ in range(WARM):
        step()
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        step()
        taken.append(time.perf_counter() - began)
    return median(taken) * 1000
