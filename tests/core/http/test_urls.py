"""URLs and methods: an unknown one is a problem, and each URL has one form, to which others are redirected."""

from urllib.parse import unquote
from uuid import UUID

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from core.composition import Composition
from core.factory import build_app
from core.problems import Problem
from tests.core.marks import on_sqlite


@pytest.fixture
def web(composition: Composition) -> Flask:
    """The project as a Flask object, with further routes."""
    built = build_app(composition)
    built.add_url_rule("/folder/", "folder", lambda: "here")
    built.add_url_rule("/fragile/", "fragile", lambda: abort(404))
    built.add_url_rule("/fragile", "solid", lambda: "here")
    return built


@pytest.fixture
def client(web: Flask) -> FlaskClient:
    """A client of it."""
    return web.test_client()


def problem(body: bytes) -> Problem:
    return Problem.model_validate_json(body)


@on_sqlite
@pytest.mark.parametrize(
    "path", ["/nowhere", "/toy/nowhere", "/jobs/not-an-id", "/static/x", "/TOY/notes", "/toy/Notes/"]
)
def test_an_unknown_url_is_a_problem(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    parsed = problem(answer.data)
    assert (answer.status_code, answer.mimetype, parsed.title) == (404, "application/problem+json", "Not Found")
    assert parsed.detail == "There is nothing at this URL"
    assert parsed.request_id == answer.headers["X-Request-ID"]


@on_sqlite
def test_flasks_redirect_to_a_slash_is_kept(client: FlaskClient) -> None:
    answer = client.get("/folder")
    assert (answer.status_code, answer.headers["Location"], answer.mimetype) == (
        308,
        "http://localhost/folder/",
        "text/html",
    )


@on_sqlite
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "path, location",
    [
        ("/toy/notes/", "/toy/notes"),
        ("/toy/notes/?limit=3&x=%2F&y=a+b", "/toy/notes?limit=3&x=%2F&y=a+b"),
        ("/jobs//", "/jobs"),
        (f"/jobs/{UUID(int=7)}/", f"/jobs/{UUID(int=7)}"),
        ("/schedules/a%20%C3%BC%3F%0A/run/", "/schedules/a%20%C3%BC%3F%0A/run"),
        ("/ui/workers/", "/ui/workers"),
        ("/health/ready/", "/health/ready"),
        ("/docs/", "/docs"),
    ],
)
def test_a_trailing_slash_is_redirected_to_the_url_without_it(
    client: FlaskClient, method: str, path: str, location: str
) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.headers["Location"]) == (308, location)


@on_sqlite
def test_a_redirect_keeps_the_method_the_body_and_the_mount_point(client: FlaskClient) -> None:
    answer = client.post("/toy/notes/", json={"text": "a"}, follow_redirects=True)
    assert (answer.status_code, answer.get_json()) == (201, {"text": "a"})
    mounted = client.get("/toy/notes/", environ_overrides={"SCRIPT_NAME": "/golden"})
    assert mounted.headers["Location"] == "/golden/toy/notes"


@on_sqlite
@pytest.mark.parametrize(
    "path", ["//evil.example/", "//evil.example/%2e%2e/jobs/", "/fragile/", "/ui/static/", "/\\evil/"]
)
def test_a_slash_behind_another_url_is_not_redirected(client: FlaskClient, path: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": unquote(path)})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@on_sqlite
@pytest.mark.parametrize("path", ["/", "/jobs", "/toy/notes", "/ui/jobs/retry", "/health/live", "/metrics", "/docs"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "FOO"])
def test_an_unsupported_method_is_a_problem_with_allow(client: FlaskClient, path: str, method: str) -> None:
    environ = {"REQUEST_METHOD": method}
    answer = client.get(path, environ_overrides=environ)
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "OPTIONS" in answer.headers["Allow"]
