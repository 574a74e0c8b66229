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

# A server whose machine or network vanished is given up after half a minute; TCP alone waits for two hours.
PROBES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000}
# What a server says that takes no writes, as a standby does.
NOT_WRITABLE = "25006"


class Database:
    """The engine and its transactions; nothing connects before the first statement."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # One that is dropped without being closed gives its connections back too.
        weakref.finalize(self, engine.dispose).atexit = False
        self._write = sessionmaker(engine, expire_on_commit=False)
        self._read = sessionmaker(engine.execution_options(**READ_ONLY), expire_on_commit=False)

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[Session]:
        """A session that commits at the end of the block; raises Unavailable where the database is away."""
        with self.translated(), (self._read if read_only else self._write)() as session:
            yield session
            session.commit()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn the driver's 'away', 'locked' and 'no connection free' into Unavailable, 'does not fit' into Invalid."""
        try:
            yield
        except PoolTimeoutError as error:
            raise Unavailable("The database is unavailable", reason=first_line(error)) from error
        except DataError as error:
            # A zero byte in a text, a number beyond its column: only the database knows that it does not take them.
            raise Invalid("A value does not fit into the database") from error
        except DBAPIError as error:
            if not self._is_away(error):
                raise
            # The driver's own words: SQLAlchemy's would bring the statement and what was written with it.
            raise Unavailable("The database is unavailable", reason=first_line(error.orig or error)) from error

    def _is_away(self, error: DBAPIError) -> bool:
        if getattr(error.orig, "sqlstate", None) == NOT_WRITABLE:
            # Another server may have taken over: the connections that are kept would lead to this one for ever.
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
    """Build the engine for DATABASE_URL, without connecting; raises SettingsError where it cannot be one."""
    try:
        url = make_url(settings.database)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(["DATABASE_URL: cannot be read as an address"]) from error
    if url.get_backend_name() == "sqlite":
        # An address within the address (`file:...?uri=true`) names a file that is there, or its own way to make one.
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


def _forget_connections_in_children(engine: Engine) -> None:
    reference = weakref.ref(engine)

    def forget() -> None:
        inherited = reference()
        if inherited is not None:
            inherited.dispose(close=False)

    os.register_at_fork(after_in_child=forget)
