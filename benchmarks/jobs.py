"""`make bench`: a job of ours against bare Celery tasks, with a row of business and without; ratios of one run."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
from pydantic import SecretStr
from redis import Redis
from tests.chaos.process import Process, frozen
from tests.chaos.stack import environment_of, start_postgres, start_redis

from benchmarks.contenders import Contender, bare_celery, contenders, prepare, rows, waiting
from benchmarks.parts import measure_parts
from benchmarks.processor import seconds, tree
from core.commands.processes import worker_command
from core.config import Settings
from core.database.engine import Database, open_database
from core.observability.logging import configure_logging
from core.testing.services import PostgresServer, RedisServer
from core.testing.waiting import wait_until

HEAD = ("", "jobs/s", "ratio", "CPU ms/job", "ratio", "ask", "worker", "Redis", "PostgreSQL")
PATIENCE = 300


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


@dataclass(frozen=True)
class Place:
    """Servers and settings that all contenders share."""

    settings: Settings
    redis: RedisServer
    postgres: PostgresServer
    database: Database
    client: Redis


@contextmanager
def open_place(folder: Path) -> Iterator[Place]:
    """Servers on private ports, gone after the block."""
    folder.chmod(0o755)
    with ExitStack() as opened:
        redis, postgres = start_redis(folder / "redis", opened), start_postgres(folder / "postgres", opened)
        settings = Settings(
            environment="test",
            data_dir=folder,
            database_url=SecretStr(postgres.url(postgres.create_database())),
            redis_url=SecretStr(redis.url),
            worker_concurrency=2,
            # A backlog stands still on purpose: nobody shall take its hints for lost.
            job_grace=PATIENCE,
        )
        database = open_database(settings)
        opened.callback(database.close)
        prepare(database)
        yield Place(settings, redis, postgres, database, opened.enter_context(Redis(port=redis.port)))


@contextmanager
def started(place: Place, contender: Contender) -> Iterator[Process]:
    """The contender's worker, ready."""
    command = [word.replace("project.worker", contender.worker) for word in worker_command(place.settings)]
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
    with started(place, contender) as worker:
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


def line(name: str, cost: Cost, base: Cost) -> tuple[str, ...]:
    """A row of the table."""
    parts = (cost.asking, cost.worker, cost.redis, cost.postgres)
    return (
        name,
        f"{1 / cost.wall:.0f}",
        f"{base.wall / cost.wall:.2f}",
        f"{cost.processor * 1000:.2f}",
        f"{cost.processor / base.processor:.2f}",
        *(f"{part * 1000:.2f}" for part in parts),
    )


@click.command()
@click.option("--jobs", default=1000, show_default=True, help="Jobs of each measurement.")
@click.option("--rounds", default=3, show_default=True, help="Measurements of each; the median counts.")
def bench(jobs: int, rounds: int) -> None:
    """Measure jobs end to end on Redis and PostgreSQL from this machine; the base of the ratios is the second line."""
    configure_logging(Settings(log_level="WARNING"))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, open_place(Path(folder)) as place:
        compared = contenders(place.settings, bare_celery(place.settings))
        costs: dict[str, list[Cost]] = {contender.name: [] for contender in compared}
        for _ in range(rounds):
            for contender in compared:
                costs[contender.name].append(measure(place, contender, jobs))
        medians = {name: middle(found) for name, found in costs.items()}
        base = medians[compared[1].name]
        for cells in (HEAD, *(line(name, cost, base) for name, cost in medians.items())):
            click.echo(cells[0].ljust(30) + "".join(cell.rjust(12) for cell in cells[1:]))
        click.echo("\nOne job of ours in one process, without Celery:")
        for part, cost in measure_parts(place.settings, jobs):
            click.echo(f"  {part.ljust(28)}{cost.wall * 1000:12.2f} ms{cost.processor * 1000:12.2f} ms CPU")


if __name__ == "__main__":
    bench()
