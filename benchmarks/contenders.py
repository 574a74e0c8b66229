"""Who is measured: the same rows, asked for and written in different ways."""

from collections.abc import Callable
from dataclasses import dataclass

from celery import Celery
from redis import Redis
from sqlalchemy import func, select

from benchmarks.app import Business, Work, app
from core.composition import Project, compose
from core.config import Settings
from core.console import CONSOLE
from core.database.engine import Database

OUR_WORKER, BARE_WORKER = "benchmarks.our_worker", "benchmarks.bare_worker"
Ask = Callable[[int], object]


@dataclass(frozen=True)
class Contender:
    """A worker, the way to ask it for a job, and whether its jobs leave a row."""

    name: str
    worker: str
    ask: Ask
    has_row: bool = True


def contenders(settings: Settings, bare: Celery) -> list[Contender]:
    """Ours first, then what it is compared with."""
    units = compose(Project(settings, (CONSOLE, app))).extensions.units

    def ask(number: int) -> None:
        with units.open() as unit:
            unit.enqueue(Work(number=number))

    def ask_bare(task: str) -> Ask:
        return lambda number: bare.send_task(task, args=[number])

    return [
        Contender("a job of ours", OUR_WORKER, ask),
        Contender("bare Celery, a row per job", BARE_WORKER, ask_bare("bare.write")),
        Contender("bare Celery, no row", BARE_WORKER, ask_bare("bare.nothing"), has_row=False),
    ]


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
