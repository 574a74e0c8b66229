"""Idempotency-Key: the first answer is repeated whatever it was, for a set time, and only if its effect was kept."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from core.composition import Composition
from core.console.tasks import PurgeJobs
from core.jobs.models import IdempotencyKey
from core.testing import RunJobs
from tests.core.marks import on_sqlite

KEY = {"Idempotency-Key": "key"}


def send(client: FlaskClient, answer: str, method: str = "POST", key: str = "key") -> TestResponse:
    return client.open("/toy/answers", method=method, json={"answer": answer}, headers={"Idempotency-Key": key})


def notes(client: FlaskClient) -> int:
    return len(client.get("/toy/notes").get_json()["notes"])


def keys(composition: Composition) -> list[str]:
    with composition.extensions.database.transaction(read_only=True) as session:
        return list(session.scalars(select(IdempotencyKey.key)))


def age(composition: Composition, hours: float) -> None:
    """Make every key this old."""
    moment = composition.extensions.policy.clock() - timedelta(hours=hours)
    with composition.extensions.database.transaction() as session:
        session.execute(update(IdempotencyKey).values(created_at=moment))


@pytest.mark.parametrize("answer", ["binary", "cookies", "nothing", "refused"])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_the_first_answer_is_repeated_with_its_status_headers_and_body(
    client: FlaskClient, answer: str, method: str
) -> None:
    first, second = send(client, answer, method), send(client, answer, method)
    assert (second.status_code, second.data) == (first.status_code, first.data)
    repeated = [[header for header in each.headers if header[0] != "X-Request-ID"] for each in (first, second)]
    assert sorted(repeated[0]) == sorted(repeated[1])
    assert notes(client) == 1


def test_a_request_that_made_no_job_has_one_effect(client: FlaskClient) -> None:
    first, second = [client.post("/toy/notes", json={"text": "a"}, headers=KEY) for _ in range(2)]
    assert (first.status_code, first.data) == (second.status_code, second.data) == (201, b'{"text":"a"}')
    assert notes(client) == 1


def test_a_refused_request_leaves_no_key(client: FlaskClient, composition: Composition) -> None:
    refused = client.post("/toy/notes", json={"text": "x" * 21}, headers=KEY)
    assert (refused.status_code, keys(composition)) == (422, [])
    assert client.post("/toy/notes", json={"text": "short"}, headers=KEY).status_code == 201


def test_an_answer_of_a_failure_is_not_stored(client: FlaskClient, composition: Composition) -> None:
    assert (send(client, "broken").status_code, keys(composition)) == (502, [])


@pytest.mark.parametrize("answer", ["large", "stream"])
@on_sqlite
def test_an_answer_that_cannot_be_stored_is_refused_and_has_no_effect(client: FlaskClient, answer: str) -> None:
    problem = send(client, answer)
    assert (problem.status_code, problem.get_json()["errors"][0]["pointer"]) == (422, "Idempotency-Key")
    assert notes(client) == 0
    assert client.post("/toy/answers", json={"answer": answer}).status_code == 200


def test_a_request_that_failed_after_a_commit_is_not_run_again(client: FlaskClient) -> None:
    assert send(client, "half").status_code == 500
    assert send(client, "half").status_code == 409
    assert notes(client) == 1


@on_sqlite
def test_a_method_that_may_be_repeated_anyway_needs_no_key(client: FlaskClient, composition: Composition) -> None:
    send(client, "nothing", "PUT")
    client.get("/toy/notes", headers=KEY)
    assert keys(composition) == []


def test_a_key_is_free_again_after_its_retention(client: FlaskClient, composition: Composition) -> None:
    send(client, "nothing")
    age(composition, 23.9)
    send(client, "nothing")
    assert notes(client) == 1
    age(composition, 24.1)
    assert send(client, "cookies").status_code == 201
    assert notes(client) == 2


def test_expired_keys_are_purged(client: FlaskClient, composition: Composition, run_jobs: RunJobs) -> None:
    send(client, "nothing", key="old")
    age(composition, 24.1)
    send(client, "nothing", key="new")
    with composition.extensions.units.open() as unit:
        unit.enqueue(PurgeJobs())
    run_jobs()
    assert keys(composition) == ["new"]
