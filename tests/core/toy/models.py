"""The toy's table."""

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from core.database import new_metadata


class Base(DeclarativeBase):
    """The toy's tables."""

    metadata = new_metadata()


class Note(Base):
    """A line of text."""

    __tablename__ = "toy_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(200))
