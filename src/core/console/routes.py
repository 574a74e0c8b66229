"""The ledger over HTTP."""

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

routes: Routes[JobsService] = Routes("jobs", "What workers were asked to do, and how far they are", path="/")


@routes("/jobs")
class Jobs(Resource[JobsService]):
    """The jobs."""

    @responds(JobPage)
    @query(JobQuery)
    def get(self, asked: JobQuery) -> Response:
        """List jobs, newest first."""
        return reply(JobPage.of(self.service.find(asked)))


@routes("/jobs/events")
class JobsEvents(Resource[JobsService]):
    """The jobs' changes."""

    @query(Since)
    def get(self, asked: Since) -> Response:
        """Follow every job, as server-sent events: each is a job as it is now, some may come twice.

        `Last-Event-ID` goes on where a stream broke off; 503 says that this process serves enough streams already.
        """
        since = last_event(request) or asked.since or utc_now()
        return self.stream(JobListChanges(self.opened, since))


@routes("/jobs/retry")
class RetriedJobs(Resource[JobsService]):
    """Many jobs again."""

    @responds(Retried)
    @body(JobFilter)
    def post(self, asked: JobFilter) -> Response:
        """Queue the failed and cancelled jobs that fit the filter again, up to 500 at once."""
        jobs, more = self.service.retry_all(asked)
        return reply(Retried(jobs=jobs, more=more))


@routes("/jobs/<uuid:job_id>")
class OneJob(Resource[JobsService]):
    """A job."""

    @responds(JobView)
    def get(self, job_id: UUID) -> Response:
        """Read a job; `Retry-After` says when to ask again while it is not finished."""
        job = JobView.model_validate(self.service.read(job_id))
        return reply(job, headers=RETRY_AFTER if job.state in LIVE else None)


@routes("/jobs/<uuid:job_id>/events")
class OneJobsEvents(Resource[JobsService]):
    """A job's changes."""

    def get(self, job_id: UUID) -> Response:
        """Follow a job, as server-sent events, until it is finished; 204 where a client has seen the end already."""
        job, seen = self.service.read(job_id), last_event(request)
        if job.state in FINISHED and job.updated_at == seen:
            return no_content()
        return self.stream(JobChanges(self.opened, job_id, seen))


@routes("/jobs/<uuid:job_id>/cancel")
class CancelledJob(Resource[JobsService]):
    """A job's end."""

    @responds(JobView, 202)
    def post(self, job_id: UUID) -> Response:
        """End a job; one that runs is asked to end, and does so when it next looks."""
        return accepted(JobView.model_validate(self.service.cancel(job_id)))


@routes("/jobs/<uuid:job_id>/retry")
class RetriedJob(Resource[JobsService]):
    """A job again."""

    @responds(JobView, 202)
    def post(self, job_id: UUID) -> Response:
        """Queue a failed or cancelled job again."""
        return accepted(JobView.model_validate(self.service.retry(job_id)))


@routes("/schedules")
class Schedules(Resource[JobsService]):
    """What repeats."""

    @responds(ScheduleList)
    def get(self) -> Response:
        """List the schedules with their last and next tick."""
        items = [ScheduleView.model_validate(row) for row in self.service.schedules()]
        return reply(ScheduleList(items=items))


@routes("/schedules/<name>/<any(pause, resume, run):action>")
class ChangedSchedule(Resource[JobsService]):
    """A action about a schedule."""

    @responds(ScheduleList)
    def post(self, name: str, action: ScheduleAction) -> Response:
        """Pause or resume a schedule, or let it tick now."""
        self.service.change_schedule(name, action)
        items = [ScheduleView.model_validate(row) for row in self.service.schedules() if row.name == name]
        return reply(ScheduleList(items=items))


@routes("/workers")
class Workers(Resource[JobsService]):
    """The workers."""

    @responds(WorkerList)
    def get(self) -> Response:
        """List the workers: who is alive, what each runs, since when."""
        return reply(WorkerList.of(self.service.workers()))
