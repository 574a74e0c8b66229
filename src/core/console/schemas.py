"""The ledger's representation over HTTP."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from core.console.service import WorkerNow
from core.database.pagination import Page
from core.jobs.models import Job, JobEvent
from core.jobs.views import JobView, Progress


class JobPage(BaseModel):
    """Some jobs, and the cursor of the next page."""

    items: list[JobView]
    next: str | None

    @classmethod
    def of(cls, page: Page[Job]) -> Self:
        """A page of rows as its representation."""
        return cls(items=[JobView.model_validate(job) for job in page.rows], next=page.next)


class Retried(BaseModel):
    """The jobs that were queued again; `more` says that further jobs match, so repeat the request."""

    jobs: list[UUID]
    more: bool


class EventView(BaseModel):
    """An event of a job: a lost or postponed attempt, a client's action, or a line that it logged."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    attempt: int
    kind: str
    text: str


class JobDetails(JobView):
    """A job and its history, oldest first."""

    history: list[EventView]

    @classmethod
    def of(cls, job: Job, history: Sequence[JobEvent]) -> Self:
        """The representation of a job with these events."""
        events = [EventView.model_validate(event) for event in history]
        return cls.model_validate({**JobView.model_validate(job).model_dump(), "history": events})


class ScheduleView(BaseModel):
    """A recurring message: its rule, its last and its next tick; no job is made at `next_at` while it is paused."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    rule: str
    next_at: datetime
    last_at: datetime | None
    last_job_id: UUID | None
    paused_at: datetime | None


class ScheduleList(BaseModel):
    """The schedules that beat has registered."""

    items: list[ScheduleView]


class RunningView(BaseModel):
    """A job that a worker runs."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    started_at: datetime
    progress: Progress | None


class WorkerView(BaseModel):
    """A worker: its queues, the number of jobs that it runs at once, the running ones, and its last heartbeat."""

    name: str
    queues: list[str]
    concurrency: int
    started_at: datetime
    seen_at: datetime
    is_alive: bool
    running: list[RunningView]


class WorkerList(BaseModel):
    """The workers that have not signed off."""

    items: list[WorkerView]

    @classmethod
    def of(cls, workers: Iterable[WorkerNow]) -> Self:
        """The representation of these workers."""
        return cls(items=[_worker_view(now) for now in workers])


def _worker_view(now: WorkerNow) -> WorkerView:
    worker = now.worker
    return WorkerView(
        name=worker.name,
        queues=worker.queues.split(","),
        concurrency=worker.concurrency,
        started_at=worker.started_at,
        seen_at=worker.seen_at,
        is_alive=now.is_alive,
        running=[RunningView.model_validate(job) for job in now.running],
    )
