"""Queries of the ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy import ColumnElement, String, cast, func, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.database.pagination import Order, Page, PageQuery, read_page
from core.errors import NotFound
from core.jobs.models import Job, JobEvent, Schedule, Worker, in_states
from core.jobs.states import LIVE, RETRYABLE, State
from core.jobs.timestamps import Timestamp

ALIVE_FOR = timedelta(seconds=15)
MOST_CHANGES = 500
FIRST = UUID(int=0)

SORTS: dict[str, InstrumentedAttribute[datetime]] = {"created_at": Job.created_at, "updated_at": Job.updated_at}


class JobFilter(BaseModel):
    """Conditions on jobs; those that are left out do not apply."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: State | None = Field(None, description="only jobs in this state")
    name: str | None = Field(None, description="only jobs for this message, such as `reports.make_report`")
    text: str | None = Field(None, description="only jobs with this text in their name, payload, problem or unique key")
    created_after: Timestamp | None = Field(None, description="only jobs accepted at this time or later")
    created_before: Timestamp | None = Field(None, description="only jobs accepted before this time")


class JobQuery(JobFilter, PageQuery):
    """Conditions and order of a list of jobs."""

    sort: Literal["-created_at", "created_at", "-updated_at", "updated_at"] = Field(
        "-created_at", description="`-` puts the newest first"
    )


def find_jobs(session: Session, query: JobQuery, key: SecretStr) -> Page[Job]:
    """One page of the jobs that meet the query."""
    order = Order(SORTS[query.sort.removeprefix("-")], Job.id, descending=query.sort.startswith("-"))
    return read_page(session, select(Job).where(*conditions_of(query)), order, query, key)


def read_job(session: Session, job_id: UUID) -> Job:
    """The job with this id; raises NotFound."""
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound(f"There is no job {job_id}")
    return job


def conditions_of(filters: JobFilter) -> list[ColumnElement[bool]]:
    """The filter as conditions of a statement."""
    conditions: list[ColumnElement[bool] | None] = [
        Job.state == filters.state if filters.state else None,
        in_states(RETRYABLE) if filters.state in RETRYABLE else None,
        Job.name == filters.name if filters.name else None,
        _contains(filters.text) if filters.text else None,
        Job.created_at >= filters.created_after if filters.created_after else None,
        Job.created_at < filters.created_before if filters.created_before else None,
    ]
    return [condition for condition in conditions if condition is not None]


def schedules(session: Session) -> Sequence[Schedule]:
    """Every schedule that a beat has seen, by name."""
    return session.scalars(select(Schedule).order_by(Schedule.name)).all()


def workers(session: Session) -> Sequence[Worker]:
    """Every worker that has not signed off, by name."""
    return session.scalars(select(Worker).order_by(Worker.name)).all()


@dataclass(frozen=True)
class UnservedQueue:
    """A queue with waiting jobs that no live worker serves."""

    name: str
    jobs: int

    def __str__(self) -> str:
        waiting = "1 job is" if self.jobs == 1 else f"{self.jobs} jobs are"
        return f"No worker serves the queue {self.name}, in which {waiting} waiting"


def unserved_queues(session: Session, now: datetime) -> list[UnservedQueue]:
    """The queues with waiting jobs that no live worker serves, by name."""
    alive = session.scalars(select(Worker.queues).where(Worker.seen_at > now - ALIVE_FOR))
    served = {queue for queues in alive for queue in queues.split(",")}
    waiting = select(Job.queue, func.count()).where(in_states(LIVE), Job.state != State.RUNNING)
    counted = session.execute(waiting.group_by(Job.queue).order_by(Job.queue))
    return [UnservedQueue(queue, jobs) for queue, jobs in counted if queue not in served]


def _contains(text: str) -> ColumnElement[bool]:
    searched = (Job.name, Job.unique_key, cast(Job.payload, String), cast(Job.problem, String))
    return or_(*(column.icontains(text, autoescape=True) for column in searched))


def events_of(session: Session, job_id: UUID, limit: int) -> Sequence[JobEvent]:
    """The newest events of a job, the oldest of them first."""
    newest = select(JobEvent).where(JobEvent.job_id == job_id).order_by(JobEvent.id.desc()).limit(limit)
    return session.scalars(newest).all()[::-1]


@dataclass(frozen=True, order=True)
class Position:
    """A position in the order of changes."""

    at: datetime
    job_id: UUID = FIRST


def changes_after(session: Session, position: Position) -> list[Position]:
    """The next changes after a position, up to 500, oldest first; a job appears at its newest change only."""
    order = Job.updated_at, Job.id
    after = tuple_(literal(position.at, Job.updated_at.type), literal(position.job_id, Job.id.type))
    changes = session.execute(select(*order).where(tuple_(*order) > after).order_by(*order).limit(MOST_CHANGES))
    return [Position(at, job_id) for at, job_id in changes]


def changed_jobs(session: Session, job_ids: Iterable[UUID]) -> Sequence[Job]:
    """These jobs, in the order of their newest changes."""
    return session.scalars(select(Job).where(Job.id.in_(job_ids)).order_by(Job.updated_at, Job.id)).all()
