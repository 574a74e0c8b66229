"""`make bench ARGS=import`: rows of a CSV file per second of the processor, beside `csv` and one upsert."""

import csv
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from uuid import UUID

import psycopg

from benchmarks.figures import Figure, Sizes
from benchmarks.places import POSTGRES, SQLITE, Place, composed, open_place
from core.composition import Composition
from core.config import Settings
from core.factory import build_app, build_runner
from core.observability.logging import configure_logging
from project import APPS

HEAD = ("sku", "name", "price", "stock")
TABLE = """
    CREATE TABLE IF NOT EXISTS bare (
        sku text PRIMARY KEY, name text NOT NULL, price numeric NOT NULL, stock integer NOT NULL
    )
"""
SQLITE_UPSERT = """
    INSERT INTO bare VALUES (?, ?, ?, ?)
    ON CONFLICT (sku) DO UPDATE SET name = excluded.name, price = excluded.price, stock = excluded.stock
"""
POSTGRES_UPSERT = """
    INSERT INTO bare VALUES (%s, %s, %s, %s)
    ON CONFLICT (sku) DO UPDATE SET name = excluded.name, price = excluded.price, stock = excluded.stock
"""


def measure_imports(sizes: Sizes) -> Sequence[Figure]:
    """The example's import as a job in this process; nothing if the project has deleted the example."""
    if "catalog" not in APPS:
        return []
    configure_logging(Settings(log_level="WARNING"))
    with open_place() as place:
        return [*on_stack(place, SQLITE, sizes), *on_stack(place, POSTGRES, sizes)]


def on_stack(place: Place, stack: str, sizes: Sizes) -> Iterator[Figure]:
    """The import and its base in turn, each time with other products, so that every row is new."""
    costs: list[tuple[float, float]] = []
    with composed(place.stacks[stack]) as composition:
        for number in range(sizes.rounds):
            file = write_file(place.settings.data_dir / "products.csv", number, sizes.rows)
            bare = bare_sqlite(place, file) if stack == SQLITE else bare_postgres(place, file)
            costs.append((run_import(composition, file, sizes.rows), bare))
    names = f"import of {sizes.rows:,} new rows", "`csv` and one `executemany` upsert"
    database = stack.partition(" ")[0]
    for name, seconds in zip(names, zip(*costs, strict=True), strict=True):
        yield Figure(f"{name}, {database}", sizes.rows / median(seconds), "rows/s CPU", f"{names[1]}, {database}")


def write_file(file: Path, number: int, rows: int) -> Path:
    """A file of products that no other number has."""
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(HEAD)
        writer.writerows((f"{number}-{row}", f"Lamp {row}", f"{row % 1000}.90", row % 50) for row in range(rows))
    return file


def run_import(composition: Composition, file: Path, rows: int) -> float:
    """Seconds of this process for the job; raises ValueError if it did not create every row."""
    client = build_app(composition).test_client()
    with file.open("rb") as opened:
        job = client.post("/catalog/imports", data={"file": (opened, file.name)}).get_json()
    runner = build_runner(composition)
    began = time.process_time()
    runner.run(UUID(job["id"]))
    spent = time.process_time() - began
    ended = client.get(f"/jobs/{job['id']}").get_json()
    if not ended["result"] or ended["result"]["created"] != rows:
        raise ValueError(f"the import ended as {ended}")
    return spent


def bare_sqlite(place: Place, file: Path) -> float:
    """Seconds of this process for the least that an import on SQLite can be."""
    with closing(sqlite3.connect(place.embedded.data_dir / "bare.db")) as connection, file.open(newline="") as opened:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(TABLE)
        began = time.process_time()
        lines = csv.reader(opened)
        next(lines)
        connection.executemany(SQLITE_UPSERT, lines)
        connection.commit()
        return time.process_time() - began


def bare_postgres(place: Place, file: Path) -> float:
    """Seconds of this process for the same on PostgreSQL."""
    url = place.postgres.url(place.postgres.create_database()).replace("+psycopg", "")
    with psycopg.connect(url) as connection, file.open(newline="") as opened:
        connection.execute(TABLE)
        began = time.process_time()
        lines = csv.reader(opened)
        next(lines)
        connection.cursor().executemany(POSTGRES_UPSERT, lines)
        connection.commit()
        return time.process_time() - began
