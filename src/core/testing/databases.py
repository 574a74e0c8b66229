"""Migrated databases for tests: one of each kind per test process, without rows when a test starts."""

import atexit
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import psycopg
from psycopg import sql
from pydantic import SecretStr

from core.config import Settings
from core.database.branch import Branch
from core.database.engine import open_database
from core.database.migrate import Migrations
from core.testing.services import PostgresServer

SCHEMA = """
    SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'
    ORDER BY 1, 2
"""
DISCONNECT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def copy_sqlite(branches: tuple[Branch, ...], folder: Path) -> str:
    """The URL of a migrated SQLite database in this folder."""
    copy = folder / "test.db"
    shutil.copy(_migrated_sqlite(branches), copy)
    return f"sqlite:///{copy}"


def empty_postgres(server: PostgresServer, branches: tuple[Branch, ...]) -> str:
    """The URL of a migrated PostgreSQL database, emptied; made anew if a test has changed its schema."""
    database = _migrated_postgres(server, branches)
    if not database.empty():
        _migrated_postgres.cache_clear()
        database = _migrated_postgres(server, branches)
    return database.server.url(database.name)


@dataclass(frozen=True)
class MigratedPostgres:
    """A database, its tables in the order in which their rows can be deleted, and its schema after the migrations."""

    server: PostgresServer
    name: str
    tables: tuple[str, ...]
    schema: tuple[tuple[object, ...], ...]

    def empty(self) -> bool:
        """End every connection and delete every row; False if a test has changed the schema."""
        with self.server.connect(self.name) as connection:
            connection.execute(DISCONNECT)
            if _schema(connection) != self.schema:
                return False
            deletes = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in self.tables]
            connection.execute(sql.SQL("; ").join(deletes))
        return True


# Creating a database takes a hundred times longer than emptying it, and migrating longer than copying a file.
@cache
def _migrated_postgres(server: PostgresServer, branches: tuple[Branch, ...]) -> MigratedPostgres:
    name = server.create_database()
    _migrate(server.url(name), branches)
    tables = tuple(table.name for branch in branches for table in reversed(branch.metadata.sorted_tables))
    with server.connect(name) as connection:
        return MigratedPostgres(server, name, tables, _schema(connection))


@cache
def _migrated_sqlite(branches: tuple[Branch, ...]) -> Path:
    template = Path(mkdtemp(prefix="golden-core-")) / "template.db"
    atexit.register(shutil.rmtree, template.parent, ignore_errors=True)
    _migrate(f"sqlite:///{template}", branches)
    return template


def _migrate(url: str, branches: tuple[Branch, ...]) -> None:
    database = open_database(Settings(database_url=SecretStr(url)))
    Migrations(database, branches).upgrade()
    database.close()


def _schema(connection: psycopg.Connection[tuple[object, ...]]) -> tuple[tuple[object, ...], ...]:
    return tuple(connection.execute(SCHEMA).fetchall())
