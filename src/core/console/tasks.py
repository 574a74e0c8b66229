"""The jobs of the ledger itself."""

from datetime import timedelta
from typing import ClassVar

from pydantic import BaseModel

from core.console.service import JobsService
from core.jobs.messages import Every, Message
from core.worker.context import JobContext
from core.worker.tasks import on


class PurgeJobs(Message):
    """Delete old finished jobs, expired idempotency keys and silent workers."""

    wire_name: ClassVar[str] = "core.purge_jobs"


class Purged(BaseModel):
    """The number of deleted jobs."""

    jobs: int


def purge_jobs(service: JobsService, _message: PurgeJobs, job: JobContext) -> Purged:
    """Delete in batches, each in its own commit, so that locks are held for a short time."""
    deleted = 0
    while batch := service.purge():
        deleted += batch
        job.progress(deleted, note="deleting")
    return Purged(jobs=deleted)


tasks = (on(PurgeJobs, purge_jobs),)
schedule = (Every(timedelta(hours=1), PurgeJobs()),)
