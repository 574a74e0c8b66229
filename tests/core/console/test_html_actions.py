"""The buttons of the pages: forms that work without JavaScript, and return to the page they are on."""

import re
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.jobs.states import State
from core.testing import JobFactory
from tests.core.marks import on_sqlite
from tests.core.toy.messages import Sweep


def text(answer: TestResponse, status: int = 200) -> str:
    """The page, with white space collapsed."""
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_a_job_is_cancelled_and_retried_by_buttons(client: FlaskClient, jobs: JobFactory) -> None:
    job_id = jobs.enqueue()
    cancelled = client.post(f"/ui/jobs/{job_id}/cancel")
    assert (cancelled.status_code, cancelled.headers["Location"]) == (303, f"/ui/jobs/{job_id}")
    back = client.post(f"/ui/jobs/{job_id}/retry", data={"back": "state=failed&text=a b"})
    assert (back.status_code, back.headers["Location"]) == (303, "/?state=failed&text=a+b")
    assert jobs.read(job_id).state == "queued"


@on_sqlite
@pytest.mark.parametrize("back", ["//evil.example", "\r\nX-Evil: 1", "a=1#//evil.example"])
def test_the_redirect_leads_to_no_other_site(client: FlaskClient, jobs: JobFactory, back: str) -> None:
    location = client.post(f"/ui/jobs/{jobs.enqueue()}/cancel", data={"back": back}).headers["Location"]
    assert re.fullmatch(r"/(\?[\w=%&+.-]*)?", location)


@on_sqlite
def test_an_action_that_comes_too_late_is_refused_on_a_page(client: FlaskClient, jobs: JobFactory) -> None:
    page = text(client.post(f"/ui/jobs/{jobs.make(State.SUCCEEDED)}/cancel"), 409)
    assert "The job is succeeded and cannot be cancelled" in page
    assert "There is no job" in text(client.get(f"/ui/jobs/{uuid4()}"), 404)


def test_jobs_that_match_the_filter_are_retried_together(client: FlaskClient, jobs: JobFactory) -> None:
    note, sweep = jobs.make(State.FAILED), jobs.make(State.FAILED, Sweep())
    assert "Retry in bulk" in text(client.get("/?name=toy.sweep"))
    answer = client.post("/ui/jobs/retry", data={"name": "toy.sweep", "text": ""})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?name=toy.sweep&retried=1")
    assert "1 job was queued again" in text(client.get(answer.headers["Location"]))
    assert (jobs.read(note).state, jobs.read(sweep).state) == ("failed", "queued")


@on_sqlite
def test_no_bulk_retry_is_offered_if_nothing_failed(client: FlaskClient, jobs: JobFactory) -> None:
    jobs.enqueue()
    assert "Retry in bulk" not in text(client.get("/"))
