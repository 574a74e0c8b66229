"""The app that is measured: a greeting without a database, and a job that writes one row of business."""

from datetime import datetime
from http import HTTPStatus
from typing import ClassVar

from flask import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from core.app import App
from core.database import UtcDateTime, new_metadata, utc_now
from core.database.engine import Database
from core.http import Resource, Routes, accepted, body, reply, responds
from core.jobs import JobView, Message
from core.unit_of_work import UnitOfWork
from core.worker import JobContext, on

routes: Routes[UnitOfWork] = Routes("bench", "What is measured")


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


class Greeting(BaseModel):
    """Who is greeted, and how often."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=100)
    times: int = Field(ge=1)


class WorkDraft(BaseModel):
    """The number to write."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int


@routes("/greetings")
class Greetings(Resource[UnitOfWork]):
    """Greetings, which are not stored."""

    @responds(Greeting)
    @body(Greeting)
    def post(self, greeting: Greeting) -> Response:
        """Answer with what was sent."""
        return reply(greeting)


@routes("/greetings/<int:times>")
class OneGreeting(Resource[UnitOfWork]):
    """A greeting."""

    @responds(Greeting)
    def get(self, times: int) -> Response:
        """Answer without a database."""
        return reply(Greeting(name="world", times=times))


@routes("/works")
class Works(Resource[UnitOfWork]):
    """Jobs."""

    @responds(JobView, HTTPStatus.ACCEPTED)
    @body(WorkDraft)
    def post(self, draft: WorkDraft) -> Response:
        """Accept a job."""
        return accepted(self.service.job(self.service.enqueue(Work(number=draft.number))))


def work(unit: UnitOfWork, message: Work, _job: JobContext) -> None:
    """Write it in the job's own transaction."""
    unit.session.execute(insert(Business).values(number=message.number, at=utc_now()))


def write(database: Database, number: int) -> None:
    """Write it in a transaction of its own, as a bare task does."""
    with database.transaction() as session:
        session.execute(insert(Business).values(number=number, at=utc_now()))


app = App("bench", open_service=lambda unit: unit, routes=routes, tasks=(on(Work, work),))
