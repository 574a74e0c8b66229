"""How a job looks over HTTP."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue

from core.jobs.models import Job
from core.jobs.states import State
from core.pages import Page
from core.problems import Problem


class Progress(BaseModel):
    """How far a job is; `total` is null where the job cannot know."""

    done: int
    total: int | None
    note: str


class JobView(BaseModel):
    """A job: what was asked, how far it is, and how it ended."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    state: State
    attempt: int
    max_attempts: int
    progress: Progress | None
    result: dict[str, JsonValue] | None
    problem: Problem | None
    payload: dict[str, JsonValue]
    queue: str
    worker: str | None
    request_id: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobPage(BaseModel):
    """Some jobs, and the cursor of the page after them."""

    items: list[JobView]
    next: str | None

    @classmethod
    def of(cls, page: Page[Job]) -> Self:
        """The page as it is given out."""
        return cls(items=[JobView.model_validate(job) for job in page.rows], next=page.next)
