"""Reading the ledger."""

from datetime import datetime
from uuid import UUID

from pydantic import Field, SecretStr
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.jobs.models import Job
from core.jobs.states import State
from core.pages import Order, Page, PageQuery, read_page


class JobQuery(PageQuery):
    """Which jobs to list; newest first."""

    state: State | None = Field(None, description="only jobs in this state")
    name: str | None = Field(None, description="only jobs for this message, such as `catalog.import_products`")
    created_after: datetime | None = Field(None, description="only jobs accepted at this moment or later")
    created_before: datetime | None = Field(None, description="only jobs accepted before this moment")


def find_jobs(session: Session, asked: JobQuery, key: SecretStr) -> Page[Job]:
    """One page of the jobs that were asked for."""
    return read_page(session, _filtered(asked), Order(Job.created_at, Job.id, descending=True), asked, key)


def read_job(session: Session, job_id: UUID) -> Job:
    """The job with this id; raises NotFound."""
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound(f"There is no job {job_id}")
    return job


def _filtered(asked: JobQuery) -> Select[Job]:
    found = select(Job)
    if asked.state is not None:
        found = found.where(Job.state == asked.state)
    if asked.name is not None:
        found = found.where(Job.name == asked.name)
    if asked.created_after is not None:
        found = found.where(Job.created_at >= asked.created_after)
    if asked.created_before is not None:
        found = found.where(Job.created_at < asked.created_before)
    return found
