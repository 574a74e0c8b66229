"""The effect of a peer's job: the same row, in a transaction of its own."""

from benchmarks.app import write
from core.database.engine import open_database
from core.environ import read_settings

settings = read_settings()
database = open_database(settings)


def write_row(number: int) -> None:
    """Write a row."""
    write(database, number)
