"""The database: one engine per process, short transactions, the same code on PostgreSQL and SQLite."""

import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from core.config import Settings
from core.database.sqlite import READ_ONLY, sqlite_engine
from core.environ import SettingsError, ensure_folder
from core.errors import Invalid, Unavailable, first_line

# A connection to a server that vanished from the network fails after half a minute; TCP alone waits for two hours.
PROBES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000}
# SQLSTATEs: a server that refuses writes, such as a standby; a value beyond the server's limits.
READ_ONLY_SERVER, LIMIT_EXCEEDED = "25006", "54"


DOES_NOT_FIT = "A value does not fit into the database"


class Database:
    """The engine and its transactions; nothing connects before the first statement."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # Without `close`, the connections are returned when the object is collected.
        weakref.finalize(self, engine.dispose).atexit = False
        self._write = sessionmaker(engine, expire_on_commit=False)
        self._read = sessionmaker(engine.execution_options(**READ_ONLY), expire_on_commit=False)

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[Session]:
        """A session that commits at the end of the block; raises Unavailable if the database is unavailable."""
        with self.translated(), (self._read if read_only else self._write)() as session:
            yield session
            session.commit()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Translate the driver's errors.

        Raises Unavailable if the server is unavailable, locked or has no free connection, and Invalid if a value does
        not fit its column.
        """
        try:
            yield
        except PoolTimeoutError as error:
            raise Unavailable("The database is unavailable", reason=first_line(error)) from error
        except DataError as error:
            raise Invalid(DOES_NOT_FIT) from error
        except DBAPIError as error:
            if _sqlstate(error).startswith(LIMIT_EXCEEDED):
                raise Invalid(DOES_NOT_FIT) from error
            if not self._is_unavailable(error):
                raise
            # The driver's own message: SQLAlchemy's contains the statement and its parameters.
            raise Unavailable("The database is unavailable", reason=first_line(error.orig or error)) from error

    def _is_unavailable(self, error: DBAPIError) -> bool:
        if _sqlstate(error) == READ_ONLY_SERVER:
            # Another server may have become the primary; pooled connections would stay with this one.
            self.engine.dispose()
            return True
        return isinstance(error, OperationalError) or error.connection_invalidated

    def ping(self) -> None:
        """Run a statement; raises Unavailable if the database does not answer."""
        with self.transaction(read_only=True) as session:
            session.execute(text("SELECT 1"))

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database, which has one writer at a time."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def open_database(settings: Settings) -> Database:
    """Build the engine for DATABASE_URL, without connecting; raises SettingsError if the URL cannot be parsed."""
    try:
        url = make_url(settings.database)
    except (ArgumentError, ValueError):
        # Without its cause, whose message may repeat a part of the password.
        raise SettingsError(["DATABASE_URL: cannot be read as an address"]) from None
    if url.get_backend_name() == "sqlite":
        # A URI within the URL (`file:...?uri=true`) says itself whether its file is created.
        if url.database and "uri" not in url.query:
            ensure_folder(Path(url.database).parent, "DATABASE_URL" if settings.database_url else "DATA_DIR")
        engine = sqlite_engine(url, settings.database_timeout)
    else:
        engine = _server_engine(url, settings)
    _forget_connections_in_children(engine)
    return Database(engine)


def _server_engine(url: URL, settings: Settings) -> Engine:
    size, seconds = settings.database_pool_size, settings.database_timeout
    arguments = {"connect_timeout": max(2, round(seconds)), **PROBES}
    return create_engine(url, pool_size=size, pool_timeout=seconds, pool_pre_ping=True, connect_args=arguments)


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _forget_connections_in_children(engine: Engine) -> None:
    reference = weakref.ref(engine)

    def forget() -> None:
        inherited = reference()
        if inherited is not None:
            inherited.dispose(close=False)

    os.register_at_fork(after_in_child=forget)
