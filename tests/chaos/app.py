"""The app of the suite: each step of a job inserts a row, so that an effect applied twice is found."""

import os
import signal
import time
from datetime import datetime, timedelta
from typing import ClassVar, Literal
from uuid import UUID

from flask import Response
from sqlalchemy import insert, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from core.app import App
from core.database import UtcDateTime, new_metadata, utc_now
from core.http import Resource, Routes, accepted, body, responds
from core.jobs import Every, JobView, Message
from core.unit_of_work import UnitOfWork
from core.worker import JobContext, on

TALLIES = 16
TICK_SECONDS = 1


class Base(DeclarativeBase):
    """The app's tables."""

    metadata = new_metadata()


class Effect(Base):
    """An effect of a job. No constraint forbids a second row of the same step, so that it is found."""

    __tablename__ = "chaos_effects"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(index=True)
    step: Mapped[int]
    job_id: Mapped[UUID]
    attempt: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Tally(Base):
    """A number of steps: a row that several jobs update."""

    __tablename__ = "chaos_tallies"

    id: Mapped[int] = mapped_column(primary_key=True)
    steps: Mapped[int]


class Apply(Message):
    """Insert a row for each step, after a pause and followed by one."""

    wire_name: ClassVar[str] = "chaos.apply"

    number: int
    steps: int = 1
    before: float = 0
    after: float = 0
    then: Literal["succeed", "enqueue again", "kill itself"] = "succeed"


class Tick(Message):
    """A tick of the schedule."""

    wire_name: ClassVar[str] = "chaos.tick"


class Effects:
    """The effects of jobs."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def enqueue(self, message: Apply) -> JobView:
        """Enqueue the message."""
        return self._unit.job(self._unit.enqueue(message))

    def first(self, message: Apply, job: JobContext) -> int:
        """The first step to do, by the ledger's progress; the effects themselves are not read."""
        progress = self._unit.job(job.id).progress if message.steps > 1 else None
        return 0 if progress is None else progress.done

    def keep(self, number: int, step: int, job: JobContext) -> None:
        """Insert the row of a step."""
        values = {"number": number, "step": step, "job_id": job.id, "attempt": job.attempt, "at": utc_now()}
        self._unit.session.execute(insert(Effect).values(values))

    def tally(self, number: int) -> None:
        """Count a step."""
        row = Tally.id == number % TALLIES
        self._unit.session.execute(update(Tally).where(row).values(steps=Tally.steps + 1))


routes: Routes[Effects] = Routes("chaos", "What is broken")


@routes("/jobs")
class Jobs(Resource[Effects]):
    """Jobs."""

    @responds(JobView, 202)
    @body(Apply)
    def post(self, message: Apply) -> Response:
        """Accept one."""
        return accepted(self.service.enqueue(message))


def apply(effects: Effects, message: Apply, job: JobContext) -> None:
    """Do the steps that no earlier attempt has committed; nothing here prevents a repetition."""
    for step in range(effects.first(message, job), message.steps):
        if step:
            job.progress(step, message.steps)
        pause(message.before)
        effects.keep(message.number, step, job)
        pause(message.after)
        effects.tally(message.number)
    if message.then == "kill itself":
        os.kill(os.getpid(), signal.SIGKILL)
    if message.then == "enqueue again":
        effects.enqueue(Apply(number=-message.number))


def pause(seconds: float) -> None:
    """Sleep, as a job that works."""
    if seconds:
        time.sleep(seconds)


def tick(effects: Effects, _message: Tick, _job: JobContext) -> None:
    """Do nothing: the job's row is counted."""


app = App(
    name="chaos",
    open_service=Effects,
    routes=routes,
    tasks=(on(Apply, apply), on(Tick, tick)),
    schedule=(Every(timedelta(seconds=TICK_SECONDS), Tick()),),
)
