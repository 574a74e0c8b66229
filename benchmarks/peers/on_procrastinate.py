"""procrastinate, whose jobs are rows of PostgreSQL."""

from functools import cache
from importlib import import_module

from benchmarks.peers.rows import settings, write_row

procrastinate = import_module("procrastinate")
address = settings.database.replace("+psycopg", "")
app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address))
task = app.task(name="write_row")(write_row)


def ask(number: int) -> None:
    """Enqueue a job."""
    _open()
    task.defer(number=number)


@cache
def _open() -> None:
    app.open()
