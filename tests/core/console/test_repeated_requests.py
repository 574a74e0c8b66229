"""A request that is sent twice, in turn or at once, makes one job and gets one answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.composition import Composition
from core.factory import build_app
from core.testing import RunJobs
from tests.core.marks import on_sqlite

TOGETHER = 6


@pytest.fixture
def web(composition: Composition) -> Flask:
    """The project as a Flask object, for many concurrent clients."""
    return build_app(composition)


def submit(client: FlaskClient, key: str, text: str = "hello") -> TestResponse:
    return client.post("/toy/jobs", json={"text": text}, headers={"Idempotency-Key": key})


def upload(client: FlaskClient, key: str, content: bytes, name: str = "a.txt", **fields: str) -> TestResponse:
    data = {"file": (BytesIO(content), name), **fields}
    return client.post("/toy/uploads", data=data, headers={"Idempotency-Key": key})


def at_once(
    web: Flask, send: Callable[[FlaskClient, int], TestResponse], clients: int = TOGETHER
) -> list[TestResponse]:
    """The answers to clients that send their requests together."""
    ready = Barrier(clients)

    def one(number: int) -> TestResponse:
        client = web.test_client()
        ready.wait()
        return send(client, number)

    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(one, range(clients)))


def test_the_same_key_and_body_give_the_first_answer(client: FlaskClient, run_jobs: RunJobs) -> None:
    first = submit(client, "key")
    run_jobs()
    second = submit(client, "key")
    assert (first.status_code, second.status_code, second.data) == (202, 202, first.data)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(client.get("/jobs").get_json()["items"]) == 1


def test_another_key_gives_another_job(client: FlaskClient) -> None:
    assert submit(client, "one", "a").get_json()["id"] != submit(client, "two", "b").get_json()["id"]


def test_the_same_key_with_another_body_is_a_422_that_links_to_the_job(client: FlaskClient) -> None:
    job_id = submit(client, "key").get_json()["id"]
    problem = submit(client, "key", "something else")
    assert (problem.status_code, problem.get_json()["instance"]) == (422, f"/jobs/{job_id}")
    assert problem.get_json()["errors"][0]["pointer"] == "Idempotency-Key"


@pytest.mark.parametrize("method, url", [("POST", "/toy/jobs?x=1"), ("POST", "/toy/notes"), ("PATCH", "/toy/answers")])
def test_the_same_key_with_another_method_or_url_is_a_422(client: FlaskClient, method: str, url: str) -> None:
    submit(client, "key")
    repeated = client.open(url, method=method, json={"text": "hello"}, headers={"Idempotency-Key": "key"})
    assert (repeated.status_code, repeated.get_json()["errors"][0]["pointer"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize("clients", [TOGETHER, 30])
def test_requests_that_arrive_together_make_one_job(web: Flask, clients: int) -> None:
    answers = at_once(web, lambda client, _: submit(client, "key"), clients)
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.data for answer in answers}) == 1
    assert len(web.test_client().get("/jobs").get_json()["items"]) == 1


def test_of_different_requests_with_one_key_one_wins(web: Flask) -> None:
    answers = at_once(web, lambda client, number: submit(client, "key", str(number)))
    assert sorted(answer.status_code for answer in answers) == [202] + [422] * (TOGETHER - 1)


def test_of_requests_with_one_unique_key_one_wins_and_the_others_link_to_it(web: Flask) -> None:
    answers = at_once(web, lambda client, number: submit(client, str(number)))
    (won,) = [answer for answer in answers if answer.status_code == 202]
    lost = {answer.get_json()["instance"] for answer in answers if answer.status_code == 409}
    assert lost == {won.headers["Location"]}


def test_a_request_that_failed_may_be_sent_again(client: FlaskClient) -> None:
    assert submit(client, "key", "roll back").status_code == 500
    assert submit(client, "key").status_code == 202


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "gr\u00fcn", "tab\there", "a\x1b[31m", "a\x7f"])
@on_sqlite
def test_a_key_that_cannot_be_kept_is_a_400(client: FlaskClient, key: str) -> None:
    problem = submit(client, key)
    assert (problem.status_code, problem.get_json()["errors"][0]["pointer"]) == (400, "Idempotency-Key")


@pytest.mark.parametrize("key", ["x", "x" * 255, "!~"])
@on_sqlite
def test_any_visible_ascii_is_a_key(client: FlaskClient, key: str) -> None:
    assert submit(client, key).status_code == submit(client, key).status_code == 202


@on_sqlite
def test_a_form_is_the_same_whatever_its_boundary(client: FlaskClient) -> None:
    first, second = upload(client, "key", b"hello", tag="a"), upload(client, "key", b"hello", tag="a")
    assert first.status_code == second.status_code == 202
    assert first.get_json()["id"] == second.get_json()["id"]


@on_sqlite
def test_another_file_name_or_field_is_another_form(client: FlaskClient) -> None:
    upload(client, "key", b"hello", tag="a")
    assert upload(client, "key", b"HELLO", tag="a").status_code == 422
    assert upload(client, "key", b"hello", tag="b").status_code == 422
    assert upload(client, "key", b"hello", name="b.txt", tag="a").status_code == 422
