"""The embedded database: SQLite with one writer at a time, and readers that never wait."""

import json
import sqlite3
import time
from functools import partial

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

# Python lowers these differently: a sigma by its position in the word, and the dotted I to two characters.
SIGMA, SMALL_SIGMA = "\N{GREEK CAPITAL LETTER SIGMA}", "\N{GREEK SMALL LETTER SIGMA}"
DOTTED_I = "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}"
READ_ONLY = {"sqlite_begin": "BEGIN"}


def sqlite_engine(url: URL, timeout: float) -> Engine:
    """An engine whose statements wait up to `timeout` seconds for the file's lock; nothing is opened yet."""
    # Without escapes, so that a search finds text in documents as on PostgreSQL.
    to_json = partial(json.dumps, ensure_ascii=False)
    engine = create_engine(url, connect_args={"timeout": timeout}, json_serializer=to_json)
    event.listen(engine, "connect", partial(_prepare, timeout))
    event.listen(engine, "begin", _begin)
    return engine


def lower(text: str | None) -> str | None:
    """The text in lower case, as on PostgreSQL; SQLite's own function lowers ASCII only."""
    return text and text.replace(SIGMA, SMALL_SIGMA).replace(DOTTED_I, "i").lower()


def _prepare(timeout: float, connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # The driver's own BEGIN comes too late for a write lock; `_begin` sends ours.
    connection.isolation_level = None
    connection.create_function("lower", 1, lower, deterministic=True)
    _write_ahead(connection, time.monotonic() + timeout)
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection, deadline: float) -> None:
    # Unlike other statements, this one does not wait for the lock, and two processes may open a new file together.
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        else:
            return
        # This statement waits for the other process.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")


def _begin(connection: Connection) -> None:
    # A writer takes the lock at once, because a reader that becomes a writer would fail instead of waiting.
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))
