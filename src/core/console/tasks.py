"""What the ledger asks of its own workers."""

from datetime import timedelta
from typing import ClassVar

from pydantic import BaseModel

from core.console.service import JobsService
from core.jobs.messages import Every, Message
from core.worker.context import JobContext
from core.worker.tasks import on


class PurgeJobs(Message):
    """Delete the finished jobs, and the silent workers, that are older than the retention."""

    wire_name: ClassVar[str] = "core.purge_jobs"


class Purged(BaseModel):
    """How many jobs were deleted."""

    jobs: int


def purge_jobs(console: JobsService, _message: PurgeJobs, job: JobContext) -> Purged:
    """Delete in batches, each a commit of its own, so that nobody waits for a lock."""
    deleted = 0
    while batch := console.purge():
        deleted += batch
        job.progress(deleted, note="deleting")
    return Purged(jobs=deleted)


tasks = (on(PurgeJobs, purge_jobs),)
schedule = (Every(timedelta(hours=1), PurgeJobs()),)
