"""The ledger as pages for people: complete without a script, without a build, and without another site."""

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
from core.errors import Refusal, Unavailable
from core.jobs.queries import JobFilter, JobQuery
from core.jobs.states import FINISHED, LIVE, RETRYABLE, State
from core.jobs.statistics import MAX_COUNTED
from core.problems import problem_of
from core.unit_of_work import UnitOfWorkFactory

ON_A_PAGE = 25
JOB_ACTION = "/ui/jobs/<uuid:job_id>/<any(cancel, retry):action>"
SCHEDULE_ACTION = "/ui/schedules/<name>/<any(pause, resume, run):action>"
CHART_SECONDS = 10.0
# How a browser sends the moment of a form's field.
OF_A_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?")
# Nothing from elsewhere, nothing inline: a hostile payload that got past the escaping would still do nothing.
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
WORDS = {
    "age": wording.age,
    "until": wording.until,
    "on_the_clock": wording.on_the_clock,
    "precisely": wording.precisely,
    "indented": wording.indented,
    "brief": wording.brief,
}


@dataclass
class LastHour:
    """The chart, summed up at most every ten seconds however many people look."""

    _chart: Chart | None = None
    _drawn_at: float = field(default=0.0)

    def __call__(self, console: JobsService) -> Chart:
        """The chart as it was a moment ago."""
        if self._chart is None or time.monotonic() - self._drawn_at > CHART_SECONDS:
            self._chart, self._drawn_at = draw(console.last_hour(), utc_now()), time.monotonic()
        return self._chart


class Pages:
    """The pages, each read in one look at the ledger."""

    def __init__(self, units: UnitOfWorkFactory) -> None:
        self._units = units
        self._last_hour = LastHour()

    def jobs(self) -> str:
        """The jobs, in numbers and one by one."""
        given = _given(request.args)
        retried = given.pop("retried", None)
        asked = JobQuery.model_validate({"limit": ON_A_PAGE} | given)
        since = id_of(utc_now())
        with self._units.open(read_only=True) as unit:
            service = JobsService(unit)
            counts, chart, page = service.counts(), self._last_hour(service), JobPage.of(service.find(asked))
        fitting = {name: value for name, value in given.items() if name in JobFilter.model_fields}
        shown = {"counts": counts, "chart": chart, "page": page, "asked": asked, "fitting": fitting}
        return render_template("console/jobs.html", **shown, given=given, since=since, retried=retried)

    def job(self, job_id: UUID) -> str:
        """One job, with everything that is known of it."""
        with self._units.open(read_only=True) as unit:
            service = JobsService(unit)
            job = JobDetails.of(service.read(job_id), service.history(job_id))
        return render_template("console/job.html", job=job)

    def schedules(self) -> str:
        """What repeats."""
        with self._units.open(read_only=True) as unit:
            known = [ScheduleView.model_validate(row) for row in JobsService(unit).schedules()]
        return render_template("console/schedules.html", schedules=known)

    def workers(self) -> str:
        """Who works, on what."""
        with self._units.open(read_only=True) as unit:
            listed = WorkerList.of(JobsService(unit).workers())
        return render_template("console/workers.html", workers=listed.items)

    def action(self, job_id: UUID, action: str) -> AnyResponse:
        """Cancel or retry a job, and go back to where the person was."""
        with self._units.open() as unit:
            service = JobsService(unit)
            {"cancel": service.cancel, "retry": service.retry}[action](job_id)
        back = request.form.get("back")
        return _see(url_for("console.job", job_id=job_id) if back is None else _listed(parse_qsl(back)))

    def retry_all(self) -> AnyResponse:
        """Retry what fits the filter, and show the list again."""
        fitting = _given(request.form)
        with self._units.open() as unit:
            jobs, _ = JobsService(unit).retry_all(JobFilter.model_validate(fitting))
        return _see(_listed([*fitting.items(), ("retried", str(len(jobs)))]))

    def change_schedule(self, name: str, action: ScheduleAction) -> AnyResponse:
        """Pause or resume a schedule, or let it tick now."""
        with self._units.open() as unit:
            JobsService(unit).change_schedule(name, action)
        return _see(url_for("console.schedules"))


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
    for kind in (Refusal, ValidationError):
        blueprint.register_error_handler(kind, _refused)
    blueprint.after_request(_guarded)
    states = {"states": list(State), "live": LIVE, "finished": FINISHED, "retryable": RETRYABLE}
    blueprint.context_processor(lambda: WORDS | states | {"title": title, "most_counted": MAX_COUNTED})
    return blueprint


def _given(fields: Mapping[str, str]) -> dict[str, str]:
    # A form sends its empty fields too; its moments are UTC, as the form says.
    given = {name: value for name, value in fields.items() if value.strip()}
    moments = {name: f"{value}Z" for name, value in given.items() if OF_A_FORM.fullmatch(value)}
    return given | moments


def _listed(fields: Sequence[tuple[str, str]]) -> str:
    # Built anew from its fields, so that it leads nowhere but to the list.
    return f"/?{urlencode(fields)}"


def _see(url: str) -> AnyResponse:
    return redirect(url, 303)


def _refused(error: Exception) -> Response:
    problem = problem_of(error)
    response = make_response(render_template("console/refused.html", problem=problem), problem.status)
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _guarded(response: Response) -> Response:
    response.headers.update(HEADERS)
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response
