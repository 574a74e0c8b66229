"""A bare Celery worker: one task that writes a row, and one that does nothing."""

from celery import Celery

from benchmarks.app import write
from core.database.engine import open_database
from core.environ import read_settings

settings = read_settings()
database = open_database(settings)
celery = Celery("bare", broker=settings.broker, set_as_current=False)
celery.conf.update(
    task_default_queue="default",
    task_ignore_result=True,
    worker_concurrency=settings.worker_concurrency,
    broker_connection_retry_on_startup=True,
)


@celery.task(name="bare.write", shared=False)
def write_row(number: int) -> None:
    """Write a row."""
    write(database, number)


@celery.task(name="bare.nothing", shared=False)
def do_nothing(_number: int) -> None:
    """Do nothing."""
