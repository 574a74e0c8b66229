"""Polling the ledger for a client that follows jobs; each poll is a session of its own."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from core.console.service import JobsService
from core.database.types import utc_now
from core.errors import Malformed, NotFound, Violation
from core.http.event_streams import Event, Poll
from core.jobs.models import Job
from core.jobs.queries import MOST_CHANGES, Position
from core.jobs.states import FINISHED
from core.jobs.timestamps import Timestamp
from core.jobs.views import JobView

# Changes become visible a little after their time stamp, and clocks differ: each poll goes back by this much.
OVERLAP = timedelta(seconds=2)
LAST_EVENT_ID = "Last-Event-ID"
TIMESTAMP: TypeAdapter[datetime] = TypeAdapter(Timestamp)

Opened = Callable[[], AbstractContextManager[JobsService]]


class Since(BaseModel):
    """The time from which to follow."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Timestamp | None = Field(
        None, description="changes after this time, such as a job's `updated_at`; without it, changes from now on"
    )


def last_event(request: Request) -> datetime | None:
    """The time of the last event that the client received; raises Malformed for an id that no stream has sent."""
    value = request.headers.get(LAST_EVENT_ID)
    if not value:
        return None
    try:
        return TIMESTAMP.validate_python(value)
    except ValidationError as error:
        raise Malformed(
            "Last-Event-ID is invalid", (Violation(LAST_EVENT_ID, "send the id of an event, or no such header"),)
        ) from error


class JobChanges:
    """The changes of one job, until it is finished."""

    def __init__(self, opened: Opened, job_id: UUID, seen: datetime | None) -> None:
        self._opened = opened
        self._job_id = job_id
        self._seen = seen

    def __call__(self) -> Poll:
        try:
            with self._opened() as service:
                job = service.read(self._job_id)
        except NotFound:
            return Poll(is_last=True)  # it was purged
        events = () if job.updated_at == self._seen else (_event_of(job),)
        self._seen = job.updated_at
        return Poll(events, is_last=job.state in FINISHED)


class JobListChanges:
    """The changes of all jobs; each event is the job's present state, so changes between two polls are merged."""

    def __init__(self, opened: Opened, since: datetime) -> None:
        self._opened = opened
        self._settled = Position(since - OVERLAP)
        self._sent: dict[UUID, datetime] = {}

    def __call__(self) -> Poll:
        with self._opened() as service:
            changes = service.changes(self._settled)
            new = [change.job_id for change in changes if self._sent.get(change.job_id) != change.at]
            jobs = service.changed(new) if new else ()
        self._sent |= {job.id: job.updated_at for job in jobs}
        self._settle(changes)
        return Poll([_event_of(job) for job in jobs])

    def _settle(self, changes: list[Position]) -> None:
        recent = Position(utc_now() - OVERLAP)
        # The next poll starts at the overlap, or at the last change if this poll was full.
        self._settled = max(self._settled, min(recent, changes[-1]) if len(changes) == MOST_CHANGES else recent)
        self._sent = {job_id: moment for job_id, moment in self._sent.items() if moment >= self._settled.at}


def _event_of(job: Job) -> Event:
    view = JobView.model_validate(job)
    return Event(id_of(job.updated_at), "job", view.model_dump_json(ensure_ascii=True))


def id_of(moment: datetime) -> str:
    """A time as the id of an event, in the format of a job's `updated_at`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
