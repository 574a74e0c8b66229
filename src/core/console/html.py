"""The ledger's pages: complete without JavaScript, without a build step, and without resources of other sites."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from core.console import wording
from core.console.chart import Chart, draw
from core.console.events import id_of
from core.console.schemas import JobDetails, JobPage, ScheduleView, WorkerList
from core.console.service import JobsService, ScheduleAction
from core.database.types import utc_now
from core.errors import Refusal
from core.jobs.queries import JobFilter, JobQuery
from core.jobs.states import FINISHED, LIVE, RETRYABLE, State
from core.jobs.statistics import MAX_COUNTED
from core.problems import headers_of, problem_of
from core.unit_of_work import UnitOfWorkFactory

ON_A_PAGE = 25
JOB_ACTION = "/ui/jobs/<uuid:job_id>/<any(cancel, retry):action>"
SCHEDULE_ACTION = "/ui/schedules/<name>/<any(pause, resume, run):action>"
CHART_SECONDS = 10.0
# The value of an <input type="datetime-local">.
LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?")
# Nothing inline and nothing from other sites: a hostile payload that escaped the escaping still could not run.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
FORMATS = {
    "age": wording.age,
    "until": wording.until,
    "utc_time": wording.utc_time,
    "precise_duration": wording.precise_duration,
    "indented_json": wording.indented_json,
    "preview": wording.preview,
}


@dataclass
class LastHour:
    """The chart, computed at most every ten seconds, independent of the number of visitors."""

    _chart: Chart | None = None
    _drawn_at: float = field(default=0.0)

    def __call__(self, service: JobsService) -> Chart:
        """The chart, up to ten seconds old."""
        if self._chart is None or time.monotonic() - self._drawn_at > CHART_SECONDS:
            self._chart, self._drawn_at = draw(service.last_hour(), utc_now()), time.monotonic()
        return self._chart


class Pages:
    """The views, each of which reads the ledger in one transaction."""

    def __init__(self, units: UnitOfWorkFactory) -> None:
        self._units = units
        self._last_hour = LastHour()

    def jobs(self) -> str:
        """The list of jobs, with counts and the last hour."""
        fields = _filled(request.args)
        retried = fields.pop("retried", None)
        query = JobQuery.model_validate({"limit": ON_A_PAGE} | fields)
        since = id_of(utc_now())
        with self._units.open(read_only=True) as unit:
            service = JobsService(unit)
            counts, chart, page = service.counts(), self._last_hour(service), JobPage.of(service.find(query))
            unserved = service.unserved_queues()
        filters = {name: value for name, value in fields.items() if name in JobFilter.model_fields}
        view = {"counts": counts, "chart": chart, "page": page, "unserved": unserved, "query": query}
        form = {"filters": filters, "fields": fields, "since": since, "retried": retried}
        return render_template("console/jobs.html", **view, **form)

    def job(self, job_id: UUID) -> str:
        """One job with its history."""
        with self._units.open(read_only=True) as unit:
            service = JobsService(unit)
            job = JobDetails.of(service.read(job_id), service.history(job_id))
        return render_template("console/job.html", job=job)

    def schedules(self) -> str:
        """The schedules."""
        with self._units.open(read_only=True) as unit:
            views = [ScheduleView.model_validate(row) for row in JobsService(unit).schedules()]
        return render_template("console/schedules.html", schedules=views)

    def workers(self) -> str:
        """The workers with their running jobs."""
        with self._units.open(read_only=True) as unit:
            service = JobsService(unit)
            workers, unserved = WorkerList.of(service.workers()), service.unserved_queues()
        return render_template("console/workers.html", workers=workers.items, unserved=unserved)

    def action(self, job_id: UUID, action: str) -> AnyResponse:
        """Cancel or retry a job, and return to the page on which the button is."""
        with self._units.open() as unit:
            service = JobsService(unit)
            {"cancel": service.cancel, "retry": service.retry}[action](job_id)
        back = request.form.get("back")
        return _redirect(url_for("console.job", job_id=job_id) if back is None else _list_url(parse_qsl(back)))

    def retry_all(self) -> AnyResponse:
        """Retry the jobs that match the filter, and return to the list."""
        filters = _filled(request.form)
        with self._units.open() as unit:
            jobs, _ = JobsService(unit).retry_all(JobFilter.model_validate(filters))
        return _redirect(_list_url([*filters.items(), ("retried", str(len(jobs)))]))

    def change_schedule(self, name: str, action: ScheduleAction) -> AnyResponse:
        """Pause a schedule, resume it, or run it now."""
        with self._units.open() as unit:
            JobsService(unit).change_schedule(name, action)
        return _redirect(url_for("console.schedules"))


def console_pages(units: UnitOfWorkFactory, title: str) -> Blueprint:
    """The pages at `/` and below `/ui`."""
    blueprint = Blueprint(
        "console", __name__, template_folder="templates", static_folder="static", static_url_path="/ui/static"
    )
    pages = Pages(units)
    blueprint.add_url_rule("/", "jobs", pages.jobs)
    blueprint.add_url_rule("/ui/jobs/<uuid:job_id>", "job", pages.job)
    blueprint.add_url_rule("/ui/schedules", "schedules", pages.schedules)
    blueprint.add_url_rule("/ui/workers", "workers", pages.workers)
    blueprint.add_url_rule(JOB_ACTION, "action", pages.action, methods=["POST"])
    blueprint.add_url_rule("/ui/jobs/retry", "retry_all", pages.retry_all, methods=["POST"])
    blueprint.add_url_rule(SCHEDULE_ACTION, "change_schedule", pages.change_schedule, methods=["POST"])
    for error in (Refusal, ValidationError):
        blueprint.register_error_handler(error, _refused)
    blueprint.after_request(_add_security_headers)
    states = {"states": list(State), "live": LIVE, "finished": FINISHED, "retryable": RETRYABLE}
    blueprint.context_processor(lambda: FORMATS | states | {"title": title, "most_counted": MAX_COUNTED})
    return blueprint


def _filled(fields: Mapping[str, str]) -> dict[str, str]:
    # Forms send their empty fields too, and times without a zone; the labels say that they are UTC.
    filled = {name: value for name, value in fields.items() if value.strip()}
    times = {name: f"{value}Z" for name, value in filled.items() if LOCAL_TIME.fullmatch(value)}
    return filled | times


def _list_url(fields: Sequence[tuple[str, str]]) -> str:
    # Built from fields and not copied from the request, so that it cannot lead to another site.
    return f"/?{urlencode(fields)}"


def _redirect(url: str) -> AnyResponse:
    return redirect(url, 303)


def _refused(error: Exception) -> Response:
    problem = problem_of(error)
    page = render_template("console/refused.html", problem=problem)
    return make_response(page, problem.status, headers_of(error))


def _add_security_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response
