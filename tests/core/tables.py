"""What a test does to a database behind the application's back."""

from sqlalchemy import text

from core.database.engine import Database

LOCK_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def rename_table(database: Database, table: str, name: str) -> None:
    """Take a table away, or bring it back: statements that use it fail with an error that no code expects."""
    with database.transaction() as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


def is_lock_awaited(database: Database) -> bool:
    """Whether a transaction waits for another one (PostgreSQL)."""
    with database.transaction(read_only=True) as session:
        waiting: int = session.scalars(text(LOCK_WAITS)).one()
    return waiting > 0
