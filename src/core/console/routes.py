"""The API of the ledger."""

from uuid import UUID

from flask import Response, request

from core.console.events import JobChanges, JobListChanges, Since, last_event
from core.console.schemas import JobPage, Retried, ScheduleList, ScheduleView, WorkerList
from core.console.service import JobsService, ScheduleAction
from core.database.types import utc_now
from core.http.resources import Resource, Routes, accepted, body, no_content, query, reply, responds
from core.jobs.queries import JobFilter, JobQuery
from core.jobs.states import FINISHED, LIVE
from core.jobs.views import JobView

RETRY_AFTER = {"Retry-After": "1"}

routes: Routes[JobsService] = Routes("jobs", "Background jobs, their schedules and workers", path="/")


@routes("/jobs")
class Jobs(Resource[JobsService]):
    """List jobs."""

    @responds(JobPage)
    @query(JobQuery)
    def get(self, criteria: JobQuery) -> Response:
        """List jobs; by default the newest are first."""
        return reply(JobPage.of(self.service.find(criteria)))


@routes("/jobs/events")
class JobsEvents(Resource[JobsService]):
    """Follow all jobs."""

    @query(Since)
    def get(self, start: Since) -> Response:
        """Follow all jobs as server-sent events.

        Each event is the present state of a job, and may be repeated. `Last-Event-ID` continues an interrupted stream;
        503 if this process has no free slot for another stream.
        """
        since = last_event(request) or start.since or utc_now()
        return self.stream(JobListChanges(self.opened, since))


@routes("/jobs/retry")
class RetriedJobs(Resource[JobsService]):
    """Retry jobs in bulk."""

    @responds(Retried)
    @body(JobFilter)
    def post(self, criteria: JobFilter) -> Response:
        """Retry jobs in bulk.

        Queues the matching failed and cancelled jobs again, up to 500 in one request.
        """
        jobs, more = self.service.retry_all(criteria)
        return reply(Retried(jobs=jobs, more=more))


@routes("/jobs/<uuid:job_id>")
class OneJob(Resource[JobsService]):
    """Read a job."""

    @responds(JobView)
    def get(self, job_id: UUID) -> Response:
        """Read a job.

        `Retry-After` is the polling interval in seconds until it is finished.
        """
        job = JobView.model_validate(self.service.read(job_id))
        return reply(job, headers=RETRY_AFTER if job.state in LIVE else None)


@routes("/jobs/<uuid:job_id>/events")
class OneJobsEvents(Resource[JobsService]):
    """Follow a job."""

    def get(self, job_id: UUID) -> Response:
        """Follow a job as server-sent events until it is finished.

        204 if the client has already received the last event.
        """
        job, seen = self.service.read(job_id), last_event(request)
        if job.state in FINISHED and job.updated_at == seen:
            return no_content()
        return self.stream(JobChanges(self.opened, job_id, seen))


@routes("/jobs/<uuid:job_id>/cancel")
class CancelledJob(Resource[JobsService]):
    """Cancel a job."""

    @responds(JobView, 202)
    def post(self, job_id: UUID) -> Response:
        """Cancel a job.

        A running job ends at its next check for cancellation.
        """
        return accepted(JobView.model_validate(self.service.cancel(job_id)))


@routes("/jobs/<uuid:job_id>/retry")
class RetriedJob(Resource[JobsService]):
    """Retry a job."""

    @responds(JobView, 202)
    def post(self, job_id: UUID) -> Response:
        """Retry a job.

        Queues a failed or cancelled job again.
        """
        return accepted(JobView.model_validate(self.service.retry(job_id)))


@routes("/schedules")
class Schedules(Resource[JobsService]):
    """List schedules."""

    @responds(ScheduleList)
    def get(self) -> Response:
        """List the schedules with their last and next ticks."""
        items = [ScheduleView.model_validate(row) for row in self.service.schedules()]
        return reply(ScheduleList(items=items))


@routes("/schedules/<name>/<any(pause, resume, run):action>")
class ChangedSchedule(Resource[JobsService]):
    """Change a schedule."""

    @responds(ScheduleList)
    def post(self, name: str, action: ScheduleAction) -> Response:
        """Change a schedule: pause it, resume it, or run it now."""
        self.service.change_schedule(name, action)
        items = [ScheduleView.model_validate(row) for row in self.service.schedules() if row.name == name]
        return reply(ScheduleList(items=items))


@routes("/workers")
class Workers(Resource[JobsService]):
    """List workers."""

    @responds(WorkerList)
    def get(self) -> Response:
        """List the workers with their heartbeats and running jobs."""
        return reply(WorkerList.of(self.service.workers()))
