"""The ledger over HTTP."""

from uuid import UUID

from flask import Response

from core.console.schemas import JobPage, JobView
from core.console.service import Console
from core.jobs.queries import JobQuery
from core.jobs.states import LIVE
from core.rest import Resource, Routes, gives, query, reply

RETRY_AFTER = {"Retry-After": "1"}

routes: Routes[Console] = Routes("jobs", "What workers were asked to do, and how far they are")


@routes("")
class Jobs(Resource[Console]):
    """The jobs."""

    @gives(JobPage)
    @query(JobQuery)
    def get(self, asked: JobQuery) -> Response:
        """List jobs, newest first."""
        return reply(JobPage.of(self.service.find(asked)))


@routes("/<uuid:job_id>")
class OneJob(Resource[Console]):
    """A job."""

    @gives(JobView)
    def get(self, job_id: UUID) -> Response:
        """Read a job; `Retry-After` says when to ask again while it is not finished."""
        job = self.service.read(job_id)
        return reply(JobView.model_validate(job), headers=RETRY_AFTER if job.state in LIVE else None)
