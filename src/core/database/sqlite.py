"""The embedded database: SQLite with one writer at a time and readers that never wait."""

import json
import sqlite3
import time
from functools import partial

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

# What Python makes otherwise: a sigma by its place in the word, and of one letter two.
SIGMA, SMALL_SIGMA = "\N{GREEK CAPITAL LETTER SIGMA}", "\N{GREEK SMALL LETTER SIGMA}"
DOTTED_I = "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}"
READ_ONLY = {"sqlite_begin": "BEGIN"}


def sqlite_engine(url: URL, timeout: float) -> Engine:
    """An engine whose statements wait `timeout` seconds for the file; nothing is opened yet."""
    # Documents are stored as they read, so that text is found in them on this database as on the other.
    told = partial(json.dumps, ensure_ascii=False)
    engine = create_engine(url, connect_args={"timeout": timeout}, json_serializer=told)
    event.listen(engine, "connect", partial(_prepare, timeout))
    event.listen(engine, "begin", _begin)
    return engine


def lower(text: str | None) -> str | None:
    """The text in small letters, as PostgreSQL has them; SQLite's own function knows those of ASCII only."""
    return text and text.replace(SIGMA, SMALL_SIGMA).replace(DOTTED_I, "i").lower()


def _prepare(timeout: float, connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # The driver's own BEGIN comes too late for a write lock; ours is sent by _begin.
    connection.isolation_level = None
    connection.create_function("lower", 1, lower, deterministic=True)
    _write_ahead(connection, time.monotonic() + timeout)
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection, deadline: float) -> None:
    # Statements wait for the file's lock, this one gives up at once: two processes may open a new file together.
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        else:
            return
        # This one waits, and ends when the other has done.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")


def _begin(connection: Connection) -> None:
    # A writer takes the lock at once: a reader that turns writer cannot wait for it and fails instead.
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))
