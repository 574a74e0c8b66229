"""The embedded database: two processes that open a new file wait for each other."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from core.database.sqlite import sqlite_engine
from core.testing.waiting import PATIENCE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A new database file."""
    return tmp_path / "new.db"


def journal(file: Path, timeout: float) -> object:
    engine = sqlite_engine(make_url(f"sqlite:///{file}"), timeout)
    try:
        with engine.connect() as connection:
            return connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    finally:
        engine.dispose()


def test_a_process_waits_while_another_sets_up_the_file(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other, ThreadPoolExecutor(1) as pool:
        other.execute("CREATE TABLE lamps (id)")
        other.execute("INSERT INTO lamps VALUES (1)")
        opened = pool.submit(journal, file, PATIENCE)
        with pytest.raises(StillWaiting):
            opened.result(0.1)
        other.commit()
        assert opened.result(PATIENCE) == "wal"


def test_waiting_for_the_file_times_out(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE lamps (id)")
        other.execute("INSERT INTO lamps VALUES (1)")
        with pytest.raises(OperationalError, match="database is locked"):
            journal(file, 0.05)
