"""Cancelling and retrying jobs over HTTP; a refusal names the state that does not allow the action."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.jobs.states import FINISHED, LIVE, RETRYABLE, State
from core.testing import JobFactory, RunJobs
from tests.core.marks import on_sqlite
from tests.core.toy.messages import Sweep, WriteMany


def named(*job_ids: UUID) -> list[str]:
    return [str(job_id) for job_id in job_ids]


def problem(answer: TestResponse, status: int) -> dict[str, object]:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    body: dict[str, object] = answer.get_json()
    return body


@pytest.mark.parametrize("state", [State.QUEUED, State.WAITING])
def test_a_job_that_does_not_run_is_cancelled_at_once(client: FlaskClient, jobs: JobFactory, state: State) -> None:
    job_id = jobs.make(state)
    answer = client.post(f"/jobs/{job_id}/cancel")
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/jobs/{job_id}")
    assert answer.get_json()["state"] == "cancelled"


def test_the_cancellation_of_a_running_job_is_requested(client: FlaskClient, jobs: JobFactory) -> None:
    job_id = jobs.make(State.RUNNING)
    body = client.post(f"/jobs/{job_id}/cancel").get_json()
    assert (body["state"], body["cancel_requested_at"] is not None) == ("running", True)
    assert client.post(f"/jobs/{job_id}/cancel").status_code == 202


@pytest.mark.parametrize("state", list(FINISHED))
def test_a_finished_job_cannot_be_cancelled(client: FlaskClient, jobs: JobFactory, state: State) -> None:
    job_id = jobs.make(state)
    refused = problem(client.post(f"/jobs/{job_id}/cancel"), 409)
    assert refused["detail"] == f"The job is {state} and cannot be cancelled"
    assert refused["instance"] == f"/jobs/{job_id}"


@pytest.mark.parametrize("state", RETRYABLE)
def test_a_job_without_success_is_retried(
    client: FlaskClient, jobs: JobFactory, run_jobs: RunJobs, state: State
) -> None:
    job_id = jobs.make(state)
    answer = client.post(f"/jobs/{job_id}/retry")
    assert (answer.status_code, answer.get_json()["state"], answer.get_json()["problem"]) == (202, "queued", None)
    assert run_jobs() == 1
    assert client.get(f"/jobs/{job_id}").get_json()["state"] == "succeeded"


@pytest.mark.parametrize("state", [*LIVE, State.SUCCEEDED])
def test_any_other_job_cannot_be_retried(client: FlaskClient, jobs: JobFactory, state: State) -> None:
    refused = problem(client.post(f"/jobs/{jobs.make(state)}/retry"), 409)
    assert refused["detail"] == f"The job is {state} and cannot be retried"


def test_the_jobs_that_match_a_filter_are_retried_together(client: FlaskClient, jobs: JobFactory) -> None:
    failed = jobs.make(State.FAILED, WriteMany(count=1))
    cancelled = jobs.make(State.CANCELLED, WriteMany(count=2))
    jobs.make(State.SUCCEEDED, WriteMany(count=3))
    swept = jobs.make(State.FAILED, Sweep())
    body = client.post("/jobs/retry", json={"name": "toy.write_many"}).get_json()
    assert (sorted(body["jobs"]), body["more"]) == (sorted(named(failed, cancelled)), False)
    assert jobs.read(swept).state == "failed"
    assert client.post("/jobs/retry", json={"state": "failed"}).get_json()["jobs"] == named(swept)


def ended_early(client: FlaskClient, jobs: JobFactory) -> UUID:
    """A cancelled job, whose unique key is always the same."""
    job_id = UUID(client.post("/toy/jobs", json={"text": "same"}).get_json()["id"])
    jobs.cancel(job_id)
    return job_id


def test_of_jobs_with_one_unique_key_only_the_newest_is_retried(client: FlaskClient, jobs: JobFactory) -> None:
    _, last = [ended_early(client, jobs) for _ in range(2)]
    assert client.post("/jobs/retry", json={}).get_json()["jobs"] == named(last)
    assert client.post("/jobs/retry", json={}).get_json()["jobs"] == []


@on_sqlite
def test_a_bulk_retry_says_that_more_jobs_match(client: FlaskClient, jobs: JobFactory) -> None:
    for number in range(501):
        jobs.make(State.CANCELLED, WriteMany(count=number))
    first = client.post("/jobs/retry", json={}).get_json()
    second = client.post("/jobs/retry", json={}).get_json()
    assert (len(first["jobs"]), first["more"], len(second["jobs"]), second["more"]) == (500, True, 1, False)


@on_sqlite
@pytest.mark.parametrize("state", [*LIVE, State.SUCCEEDED])
def test_a_bulk_retry_of_a_state_that_has_none_is_refused(client: FlaskClient, state: State) -> None:
    refused = problem(client.post("/jobs/retry", json={"state": state}), 422)
    assert refused["errors"] == [{"pointer": "#/state", "detail": f"is {state}"}]


@on_sqlite
def test_an_invalid_bulk_retry_is_refused(client: FlaskClient) -> None:
    assert "#/colour" in str(problem(client.post("/jobs/retry", json={"colour": "red"}), 422)["errors"])
    problem(client.post("/jobs/retry", data=b"{", content_type="application/json"), 400)
    problem(client.post("/jobs/retry", data=b"state=failed"), 415)
