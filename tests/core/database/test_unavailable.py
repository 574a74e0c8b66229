"""A database that is down, locked or full is Unavailable, with a reason for the log and without a secret."""

from contextlib import ExitStack
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from core.config import Settings
from core.database.engine import Database, open_database
from core.environ import SettingsError
from core.errors import Invalid, Unavailable
from core.testing.services import PostgresServer
from tests.core.marks import on_postgresql, on_sqlite
from tests.core.notes import count, unreachable, write
from tests.core.toy.models import Note

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def outlive(session: Session, server: PostgresServer) -> None:
    session.execute(insert(Note).values(text="gone with the server"))
    server.execute(f"SELECT pg_terminate_backend({session.scalar(text('SELECT pg_backend_pid()'))})")
    session.execute(insert(Note).values(text="never"))


def fill(session: Session) -> None:
    pages = session.scalar(text("PRAGMA page_count"))
    session.execute(text(f"PRAGMA max_page_count = {pages}"))
    session.execute(insert(Note), [{"text": "x" * 200} for _ in range(1000)])


def hold(database: Database, held: ExitStack, connections: int) -> None:
    for _ in range(connections):
        held.enter_context(database.transaction()).execute(select(1))


@on_sqlite
def test_a_writer_that_waits_too_long_is_unavailable(settings: Settings) -> None:
    hasty = open_database(settings.model_copy(update={"database_timeout": 0.1}))
    with hasty.transaction() as session:
        session.execute(insert(Note).values(text="first"))
        with pytest.raises(Unavailable) as refused:
            write(hasty, "second")
    assert refused.value.reason == "database is locked"
    hasty.close()


@on_sqlite
def test_a_full_disk_is_unavailable_with_its_reason(database: Database) -> None:
    with pytest.raises(Unavailable) as refused, database.transaction() as session:
        fill(session)
    assert refused.value.reason == "database or disk is full"
    assert count(database) == 0


@on_sqlite
def test_a_read_only_database_is_unavailable(settings: Settings) -> None:
    read_only = settings.database.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true"
    database = unreachable(database_url=read_only)
    with pytest.raises(Unavailable) as refused:
        write(database, "a")
    assert "readonly" in refused.value.reason


@on_postgresql
def test_more_connections_than_the_pool_has_are_unavailable(settings: Settings) -> None:
    small = open_database(settings.model_copy(update={"database_pool_size": 1, "database_timeout": 0.1}))
    with pytest.raises(Unavailable) as refused, ExitStack() as held:
        hold(small, held, 20)
    assert "QueuePool limit" in refused.value.reason
    small.close()


def test_a_server_that_is_down_is_unavailable_and_its_password_is_not_shown() -> None:
    with pytest.raises(Unavailable) as refused:
        count(unreachable(database_url="postgresql+psycopg://me:hunter2@127.0.0.1:1/x"))
    assert "refused" in refused.value.reason
    assert "hunter2" not in f"{refused.value.detail} {refused.value.reason}"


@on_postgresql
def test_a_server_that_dies_is_unavailable_until_it_is_back(
    database: Database, postgres_server: PostgresServer
) -> None:
    with pytest.raises(Unavailable), database.transaction() as session:
        outlive(session, postgres_server)
    write(database, "it is back")
    assert count(database) == 1


@on_postgresql
def test_a_read_only_server_is_unavailable_until_another_is_the_primary(
    database: Database, postgres_server: PostgresServer
) -> None:
    """After a failover, pooled connections may lead to a standby."""
    name = database.engine.url.database
    postgres_server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(Unavailable) as refused:
        write(database, "never")
    assert "read-only" in refused.value.reason
    postgres_server.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    write(database, "it is back")
    assert count(database) == 1


@on_postgresql
@pytest.mark.parametrize("value", ["\u0000", "x" * 300])
def test_a_value_that_does_not_fit_is_invalid(database: Database, value: str) -> None:
    with pytest.raises(Invalid):
        write(database, value)


@on_postgresql
def test_a_document_beyond_the_limits_of_the_server_is_invalid(database: Database) -> None:
    """Not Unavailable, though the driver reports it as an operational error: it would be tried again in vain."""
    with pytest.raises(Invalid), database.transaction() as session:
        session.execute(text("SELECT CAST(repeat('[', 100000) AS jsonb)"))


@on_postgresql
def test_a_connection_to_a_vanished_server_fails_in_time(database: Database) -> None:
    with database.engine.connect() as connection:
        raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    parameters = raw.info.get_parameters()
    assert (parameters["keepalives_idle"], parameters["tcp_user_timeout"]) == ("10", "25000")


def test_a_url_that_cannot_be_read_names_the_variable() -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: cannot be read") as refused:
        unreachable(database_url="postgresql://me:hunter2@db:port/x")
    assert "hunter2" not in str(refused.value)
