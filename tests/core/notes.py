"""A database with notes in it, and one that may not be reached."""

from sqlalchemy import func, select

from core.config import Settings
from core.database.engine import Database, open_database
from tests.core.toy.models import Note


def write(database: Database, *texts: str) -> None:
    with database.transaction() as session:
        session.add_all(Note(text=text) for text in texts)


def texts(database: Database) -> list[str]:
    """Every note, oldest first."""
    with database.transaction(read_only=True) as session:
        return list(session.scalars(select(Note.text).order_by(Note.id)))


def count(database: Database) -> int:
    with database.transaction(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Note)) or 0


def unreachable(**values: object) -> Database:
    return open_database(Settings.model_validate(values))
