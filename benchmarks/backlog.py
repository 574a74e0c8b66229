"""How fast a backlog of jobs drains: ours against bare Celery tasks, with a row of business and without."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from tests.chaos.process import Process, frozen
from tests.chaos.stack import environment_of

from benchmarks.contenders import Contender, bare_celery, contenders, rows, waiting
from benchmarks.figures import Figure, Sizes
from benchmarks.places import PATIENCE, Place
from benchmarks.processor import seconds, tree
from core.commands.processes import worker_command
from core.testing.waiting import wait_until


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
def started(place: Place, module: str) -> Iterator[Process]:
    """The worker of this module, ready."""
    command = [word.replace("project.worker", module) for word in worker_command(place.settings)]
    worker = Process("worker", command, environment_of(place.settings), place.settings.data_dir, b"ready.")
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
    with started(place, contender.worker) as worker:
        before = used(place, worker)
        with frozen(sorted(tree(worker.pid))):
            asking = time.process_time()
            for number in range(jobs):
                contender.ask(number)
            asking = time.process_time() - asking
            target = rows(place.database) + jobs if contender.has_row else 0
        began = time.monotonic()
        wait_until(lambda: is_done(place, contender, target), PATIENCE, f"{contender.name} done")
        wall = time.monotonic() - began
        spent = [after - past for after, past in zip(used(place, worker), before, strict=True)]
    return Cost(wall / jobs, asking / jobs, *(each / jobs for each in spent))


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
        for part in ("worker", "redis", "postgres"):
            yield Figure(name, getattr(cost, part) * 1000, f"ms CPU/job, {part}", base)


def measure_backlog(place: Place, sizes: Sizes) -> Iterator[Figure]:
    """Every contender in turn, several rounds; the second one is the base of the ratios."""
    compared = contenders(place.settings, bare_celery(place.settings))
    costs: dict[str, list[Cost]] = {contender.name: [] for contender in compared}
    for _ in range(sizes.rounds):
        for contender in compared:
            costs[contender.name].append(measure(place, contender, sizes.jobs))
    yield from figures_of({name: middle(found) for name, found in costs.items()}, compared[1].name)
