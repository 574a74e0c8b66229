"""How fast a backlog of jobs drains: ours against bare Celery tasks, with a row of business and without."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from statistics import median

import click
from tests.chaos.process import Process

from benchmarks.contenders import Contender, rows, waiting
from benchmarks.figures import Figure, Sizes
from benchmarks.places import Place
from benchmarks.processor import seconds, standing_still, tree
from core.testing.waiting import wait_until

PATIENCE = 60
POP = 3


@dataclass(frozen=True)
class Cost:
    """What one job cost: seconds until it was done, and seconds of processors by who used them."""

    wall: float
    asking: float
    worker: float
    redis: float
    postgres: float

    @property
    def processor(self) -> float:
        """All of it."""
        return self.asking + self.worker + self.redis + self.postgres


@contextmanager
def started(place: Place, contender: Contender) -> Iterator[Process]:
    """The contender's worker, ready."""
    folder = place.settings.data_dir
    worker = Process("worker", contender.command, place.environment, folder, contender.ready)
    worker.start()
    try:
        worker.wait()
        yield worker
    finally:
        worker.kill()


def measure(place: Place, contender: Contender, jobs: int) -> Cost:
    """Let a backlog build up before a worker that stands still, and then let it go."""
    # What the worker before was killed with is not of this measurement.
    place.client.flushall()
    with started(place, contender) as worker:
        before = used(place, worker)
        with standing_still(worker.pid):
            let_pops_end(place)
            target = rows(place.database) + jobs if contender.has_row else 0
            asking = contender.ask(jobs)
        began = time.monotonic()
        wait_until(lambda: is_done(place, contender, target), PATIENCE, "its last job")
        wall = time.monotonic() - began
        spent = [after - past for after, past in zip(used(place, worker), before, strict=True)]
    return Cost(wall / jobs, asking / jobs, *(each / jobs for each in spent))


def let_pops_end(place: Place) -> None:
    """Wait until Redis holds no blocking pop of a stopped process: some clients drop what it would be given."""
    with suppress(AssertionError):
        wait_until(lambda: not place.client.info("clients")["blocked_clients"], POP)


def used(place: Place, worker: Process) -> list[float]:
    """Seconds of the processor so far: the worker's, Redis's and PostgreSQL's."""
    return [seconds(tree(pid)) for pid in (worker.pid, place.redis.pid, place.postgres.pid)]


def is_done(place: Place, contender: Contender, target: int) -> bool:
    """Whether every job is done."""
    return rows(place.database) >= target if contender.has_row else waiting(place.client) == 0


def middle(costs: list[Cost]) -> Cost:
    """The median of each number."""
    names = Cost.__dataclass_fields__
    return Cost(*(median(getattr(cost, name) for cost in costs) for name in names))


def figures_of(medians: Mapping[str, Cost], base: str) -> Iterator[Figure]:
    """Throughput, processor time of all processes, and of each of them."""
    for name, cost in medians.items():
        yield Figure(name, 1 / cost.wall, "jobs/s", base)
        yield Figure(name, cost.processor * 1000, "ms CPU/job", base)
        for part in ("asking", "worker", "redis", "postgres"):
            yield Figure(name, getattr(cost, part) * 1000, f"ms CPU/job, {part}", base)


def measure_backlog(place: Place, sizes: Sizes, compared: Sequence[Contender]) -> Iterator[Figure]:
    """Every contender in turn, several rounds; the second one is the base of the ratios."""
    costs: dict[str, list[Cost]] = {contender.name: [] for contender in compared}
    for _ in range(sizes.rounds):
        for contender in compared:
            try:
                costs[contender.name].append(measure(place, contender, sizes.jobs))
            except AssertionError as error:
                click.echo(f"  a round of {contender.name} is left out: {error}")
    yield from figures_of({name: middle(found) for name, found in costs.items() if found}, compared[1].name)
