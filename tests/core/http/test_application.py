"""The Flask object: problems for every error, a request id everywhere, and no detail of a defect."""

import pytest
from flask import Flask, abort, got_request_exception
from flask.testing import FlaskClient

from core.composition import Composition
from core.factory import build_app
from core.jobs.models import Job
from core.observability.logging import current_request_id
from core.problems import Problem
from core.testing import RunJobs
from tests.core.events import Events
from tests.core.marks import on_postgresql, on_sqlite


@pytest.fixture
def web(composition: Composition) -> Flask:
    """The project as a Flask object, with further routes."""
    built = build_app(composition)
    built.add_url_rule("/teapot", "teapot", lambda: abort(418, "I am short"))
    return built


@pytest.fixture
def client(web: Flask) -> FlaskClient:
    """A client of it."""
    return web.test_client()


def problem(body: bytes) -> Problem:
    return Problem.model_validate_json(body)


@on_sqlite
def test_an_abort_of_a_view_is_a_problem(client: FlaskClient) -> None:
    parsed = problem(client.get("/teapot").data)
    assert (parsed.status, parsed.title, parsed.detail) == (418, "I'm a teapot", "I am short")


@on_sqlite
@pytest.mark.parametrize(
    "kind, status, header",
    [
        ("unauthenticated", 401, ("WWW-Authenticate", 'Bearer realm="toy"')),
        ("forbidden", 403, None),
        ("too many", 429, ("Retry-After", "30")),
        ("own", 409, None),
    ],
)
def test_refusals_of_callers_are_problems_with_their_headers(
    client: FlaskClient, kind: str, status: int, header: tuple[str, str] | None
) -> None:
    answer = client.post("/toy/answers", json={"answer": kind})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert header is None or answer.headers[header[0]] == header[1]


@on_sqlite
@pytest.mark.parametrize("offered", ["from-the-client", "A.b_c-1", "x" * 128])
def test_a_request_id_is_taken_from_the_client(client: FlaskClient, offered: str) -> None:
    assert client.get("/health/live", headers={"X-Request-ID": offered}).headers["X-Request-ID"] == offered


@on_sqlite
@pytest.mark.parametrize("offered", ["", "two words", "ä", "x" * 129, "a\tb", '{"a": 1}', "<script>"])
def test_a_request_id_that_is_not_a_plain_word_is_replaced(client: FlaskClient, offered: str) -> None:
    request_id = client.get("/health/live", headers={"X-Request-ID": offered}).headers["X-Request-ID"]
    assert (request_id != offered, len(request_id)) == (True, 32)


@on_sqlite
def test_each_request_gets_an_id_of_its_own(client: FlaskClient) -> None:
    assert len({client.get("/health/live").headers["X-Request-ID"] for _ in range(3)}) == 3


@on_sqlite
def test_an_id_does_not_outlive_its_request(client: FlaskClient) -> None:
    client.get("/health/live", headers={"X-Request-ID": "mine"})
    assert current_request_id() is None


@on_sqlite
def test_a_crash_shows_the_client_only_the_request_id(client: FlaskClient) -> None:
    answer = client.post("/toy/jobs", json={"text": "roll back"}, headers={"X-Request-ID": "mine"})
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert answer.get_json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "request_id": "mine",
    }


@on_sqlite
def test_a_crash_is_logged_once_and_signalled_once(web: Flask, client: FlaskClient, events: Events) -> None:
    signalled: list[Exception] = []

    def note(_sender: Flask, exception: Exception) -> None:
        signalled.append(exception)

    with got_request_exception.connected_to(note, web):
        client.post("/toy/jobs", json={"text": "roll back"}, headers={"X-Request-ID": "mine"})
    (logged,) = [event for event in events() if event["level"] == "error"]
    assert logged["request_id"] == "mine"
    assert [type(error) for error in signalled] == [RuntimeError]


@on_sqlite
def test_a_crash_rolls_the_request_back(client: FlaskClient) -> None:
    client.post("/toy/jobs", json={"text": "roll back"})
    assert client.get("/jobs").get_json()["items"] == []


@on_sqlite
def test_a_request_is_one_event(client: FlaskClient, events: Events) -> None:
    client.get("/toy/notes?limit=3", headers={"X-Request-ID": "mine"})
    client.get("/health/live")
    (event,) = events()
    assert {name: event[name] for name in ("event", "method", "path", "status", "request_id")} == {
        "event": "request",
        "method": "GET",
        "path": "/toy/notes",
        "status": 200,
        "request_id": "mine",
    }


@on_sqlite
def test_an_unavailable_dependency_is_logged(client: FlaskClient, events: Events) -> None:
    client.put("/toy/versions", headers={"If-Match": '"13"'})
    assert [event["detail"] for event in events() if event["event"] == "unavailable"] == [
        "The dependency is unavailable"
    ]


@on_sqlite
def test_a_request_id_reaches_the_jobs_row_and_its_events(
    client: FlaskClient, run_jobs: RunJobs, composition: Composition, events: Events
) -> None:
    client.post("/toy/jobs", json={"text": "a"}, headers={"X-Request-ID": "mine"})
    events()
    assert run_jobs() == 1
    (ended,) = [event for event in events() if event["event"] == "job succeeded"]
    assert (ended["request_id"], ended["job"]) == ("mine", "toy.write_note")
    with composition.extensions.database.transaction(read_only=True) as session:
        assert [job.request_id for job in session.query(Job)] == ["mine"]


@on_postgresql
def test_a_zero_byte_is_refused_and_no_crash(client: FlaskClient) -> None:
    assert client.post("/toy/notes", json={"text": "\u0000"}).status_code == 422
    assert client.post("/toy/jobs", json={"text": "\u0000"}).status_code == 422
