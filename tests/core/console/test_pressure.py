"""Nothing is accepted that cannot be stored: too many jobs, an unavailable database, too large a body."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from core.composition import Project, compose
from core.factory import build_app
from tests.core.marks import on_sqlite

MOST = 2


@pytest.fixture
def small(project: Project) -> Iterator[FlaskClient]:
    """A client of a service that keeps two unfinished jobs and reads a thousand bytes."""
    limits = {"max_live_jobs": MOST - 1, "max_body_bytes": 1000}
    composition = compose(replace(project, settings=project.settings.model_copy(update=limits)))
    yield build_app(composition).test_client()
    composition.extensions.close()


def statuses(client: FlaskClient) -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield client.post("/toy/jobs", json={"text": str(number)}).status_code


@on_sqlite
def test_above_the_limit_of_live_jobs_clients_get_a_503_with_retry_after(small: FlaskClient) -> None:
    accepted = 0
    for status in statuses(small):
        if status != 202:
            break
        accepted += 1
    refused = small.post("/toy/jobs", json={"text": "one too many"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert refused.get_json()["detail"] == "More than 1 jobs are unfinished"
    assert len(small.get("/jobs").get_json()["items"]) == accepted


@on_sqlite
def test_a_job_that_ends_makes_room(small: FlaskClient) -> None:
    assert 503 in statuses(small)
    for job in small.get("/jobs").get_json()["items"]:
        small.post(f"/jobs/{job['id']}/cancel")
    assert small.post("/toy/jobs", json={"text": "room"}).status_code == 202


@on_sqlite
@pytest.mark.parametrize("path", ["/jobs", "/schedules", "/workers", f"/jobs/{UUID(int=7)}/events"])
def test_without_a_database_nothing_can_be_read(cut_off: FlaskClient, path: str) -> None:
    answer = cut_off.get(path)
    assert (answer.status_code, answer.headers["Retry-After"], answer.mimetype) == (
        503,
        "5",
        "application/problem+json",
    )


@on_sqlite
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "key"}])
def test_without_a_database_no_job_is_accepted(cut_off: FlaskClient, headers: dict[str, str]) -> None:
    answer = cut_off.post("/toy/jobs", json={"text": "hello"}, headers=headers)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "127.0.0.1" not in answer.get_data(as_text=True)


@on_sqlite
def test_a_body_over_the_limit_is_a_413_and_makes_no_job(small: FlaskClient) -> None:
    answer = small.post("/toy/jobs", json={"text": "x" * 1000}, headers={"Idempotency-Key": "key"})
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    assert small.get("/jobs").get_json()["items"] == []


@on_sqlite
def test_an_invalid_payload_is_a_422_with_pointers(client: FlaskClient) -> None:
    answer = client.post("/toy/jobs", json={"text": 7, "then": "explode", "extra": True})
    pointers = {rule["pointer"] for rule in answer.get_json()["errors"]}
    assert (answer.status_code, pointers) == (422, {"#/text", "#/then", "#/extra"})
