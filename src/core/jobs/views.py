"""A job as clients see it."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue

from core.jobs.states import State


class Progress(BaseModel):
    """How much of a job is done; `total` is null if the job cannot know it."""

    done: int
    total: int | None
    note: str


class JobView(BaseModel):
    """A job: its message, its progress and its end."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    state: State
    attempt: int
    max_attempts: int
    progress: Progress | None
    result: dict[str, JsonValue] | None
    problem: dict[str, JsonValue] | None
    payload: dict[str, JsonValue]
    queue: str
    worker: str | None
    unique_key: str | None
    request_id: str | None
    cancel_requested_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    updated_at: datetime
