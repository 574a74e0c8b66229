"""How the ledger looks over HTTP."""

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
    """Some jobs, and the cursor of the page after them."""

    items: list[JobView]
    next: str | None

    @classmethod
    def of(cls, page: Page[Job]) -> Self:
        """The page as it is given out."""
        return cls(items=[JobView.model_validate(job) for job in page.rows], next=page.next)


class Retried(BaseModel):
    """The jobs that were taken up again; `more` says that others still fit, so ask again."""

    jobs: list[UUID]
    more: bool


class EventView(BaseModel):
    """What is told of a job beside its state: a lost or postponed attempt, a client's action, a line that it logged."""

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
        """A job as a person looks at it."""
        events = [EventView.model_validate(event) for event in history]
        return cls.model_validate({**JobView.model_validate(job).model_dump(), "history": events})


class ScheduleView(BaseModel):
    """A repeating message: its rule, and its last and next tick; `next_at` passes unused while it is paused."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    rule: str
    next_at: datetime
    last_at: datetime | None
    last_job_id: UUID | None
    paused_at: datetime | None


class ScheduleList(BaseModel):
    """Every schedule that a beat has seen."""

    items: list[ScheduleView]


class RunningView(BaseModel):
    """A job that a worker runs."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    started_at: datetime
    progress: Progress | None


class WorkerView(BaseModel):
    """A worker: what it takes, how many jobs it can run, which it runs, and when it was last seen."""

    name: str
    queues: list[str]
    concurrency: int
    started_at: datetime
    seen_at: datetime
    is_alive: bool
    running: list[RunningView]


class WorkerList(BaseModel):
    """The workers that signed on and did not sign off."""

    items: list[WorkerView]

    @classmethod
    def of(cls, workers: Iterable[WorkerNow]) -> Self:
        """The workers as they are given out."""
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
