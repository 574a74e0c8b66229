"""Who is measured: the same rows, asked for and written in different ways."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from celery import Celery
from redis import Redis
from sqlalchemy import func, select

from benchmarks.app import Business, Work, app
from core.commands.processes import worker_command
from core.composition import Project, compose
from core.config import Settings
from core.console import CONSOLE
from core.database.engine import Database

OUR_WORKER, BARE_WORKER = "benchmarks.our_worker", "benchmarks.bare_worker"
# Enqueues so many jobs; returns the seconds of the processor that this took.
Ask = Callable[[int], float]


@dataclass(frozen=True)
class Contender:
    """The command of a worker and what it logs when it is ready, the way to enqueue, whether jobs leave a row."""

    name: str
    command: Sequence[str]
    ask: Ask
    has_row: bool = True
    ready: bytes = b"ready."


def contenders(settings: Settings) -> list[Contender]:
    """Ours first, then what it is compared with."""
    units, bare = compose(Project(settings, (CONSOLE, app))).extensions.units, bare_celery(settings)

    def enqueue(number: int) -> None:
        with units.open() as unit:
            unit.enqueue(Work(number=number))

    def send(task: str) -> Ask:
        return timed(lambda number: bare.send_task(task, args=[number]))

    ours, theirs = celery_command(settings, OUR_WORKER), celery_command(settings, BARE_WORKER)
    return [
        Contender("a job of ours", ours, timed(enqueue)),
        Contender("bare Celery, a row per job", theirs, send("bare.write")),
        Contender("bare Celery, no row", theirs, send("bare.nothing"), has_row=False),
    ]


def celery_command(settings: Settings, module: str) -> list[str]:
    """The project's worker with another module."""
    return [word.replace("project.worker", module) for word in worker_command(settings)]


def timed(enqueue: Callable[[int], object]) -> Ask:
    """Enqueue one job after the other in this process."""

    def ask(jobs: int) -> float:
        began = time.process_time()
        for number in range(jobs):
            enqueue(number)
        return time.process_time() - began

    return ask


def bare_celery(settings: Settings) -> Celery:
    """A Celery that only publishes."""
    celery = Celery("bare", broker=settings.broker, set_as_current=False)
    celery.conf.task_default_queue = "default"
    return celery


def rows(database: Database) -> int:
    """How many rows of business there are."""
    with database.transaction(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Business)) or 0


def waiting(redis: Redis) -> int:
    """How many messages wait in the broker or are held by a worker."""
    return redis.llen("default") + redis.hlen("unacked")
