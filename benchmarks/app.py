"""The job that is measured: one row of business."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import insert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from core.app import App
from core.database import UtcDateTime, new_metadata, utc_now
from core.database.engine import Database
from core.jobs import Message
from core.unit_of_work import UnitOfWork
from core.worker import JobContext, on


class Base(DeclarativeBase):
    """The tables of the measured job."""

    metadata = new_metadata()


class Business(Base):
    """What a job leaves behind."""

    __tablename__ = "bench_business"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Work(Message):
    """Write a row."""

    wire_name: ClassVar[str] = "bench.work"

    number: int


def work(unit: UnitOfWork, message: Work, _job: JobContext) -> None:
    """Write it in the job's own transaction."""
    unit.session.execute(insert(Business).values(number=message.number, at=utc_now()))


def write(database: Database, number: int) -> None:
    """Write it in a transaction of its own, as a bare task does."""
    with database.transaction() as session:
        session.execute(insert(Business).values(number=number, at=utc_now()))


app = App("bench", open_service=lambda unit: unit, tasks=(on(Work, work),))
