"""Parsing: valid input reaches the resource, and every other is refused with a problem."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.config import Settings
from core.problems import Problem
from tests.core.marks import on_sqlite

pytestmark = on_sqlite
LARGEST_FILE = 1000


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a small limit for files."""
    return settings.model_copy(update={"max_upload_bytes": LARGEST_FILE})


def problem(answer: TestResponse) -> Problem:
    assert answer.mimetype == "application/problem+json"
    parsed = Problem.model_validate_json(answer.data)
    assert parsed.status == answer.status_code
    return parsed


def pointers(answer: TestResponse) -> list[str]:
    return [rule.pointer for rule in problem(answer).errors or []]


def upload(client: FlaskClient, content: bytes, **fields: str) -> TestResponse:
    return client.post("/toy/files", data={"file": (BytesIO(content), "a.txt"), **fields})


def test_a_valid_body_is_answered(client: FlaskClient) -> None:
    answer = client.post("/toy/notes", json={"text": "hello"})
    assert (answer.status_code, answer.get_json(), answer.mimetype) == (201, {"text": "hello"}, "application/json")
    assert client.get("/toy/notes").get_json() == {"notes": [{"text": "hello"}]}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"text": "\\ud800"}', b"[" * 100_000])
def test_a_body_that_is_not_json_is_a_400(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/toy/notes", data=body, content_type="application/json")
    assert problem(answer).status == 400


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_media_type_is_a_415(client: FlaskClient, media_type: str) -> None:
    assert problem(client.post("/toy/notes", data=b"{}", content_type=media_type)).status == 415


def test_a_json_based_media_type_is_json(client: FlaskClient) -> None:
    answer = client.post("/toy/notes", data=b'{"text": "a"}', content_type="application/vnd.toy+json; charset=utf-8")
    assert answer.status_code == 201


def test_an_invalid_body_is_a_422_that_points_at_each_error(client: FlaskClient) -> None:
    answer = client.post("/toy/notes", json={"text": 7, "a/b~c": 1})
    assert pointers(answer) == ["#/text", "#/a~1b~0c"]
    assert pointers(client.post("/toy/notes", json=[])) == ["#"]
    assert b"input" not in answer.data.lower().replace(b"inputs", b"").replace(b"input should", b"")


def test_a_services_refusal_has_pointers_too(client: FlaskClient) -> None:
    answer = client.post("/toy/notes", json={"text": "x" * 21})
    assert (problem(answer).status, problem(answer).detail, pointers(answer)) == (
        422,
        "The note is too long",
        ["#/text"],
    )
    assert client.get("/toy/notes").get_json() == {"notes": []}


@pytest.mark.parametrize("sent", [{"json": {"text": "x" * 2_000_000}}, {"json": ["x" * 2_000_000]}])
def test_a_body_that_is_too_large_is_a_413_that_names_the_limit(client: FlaskClient, sent: dict[str, object]) -> None:
    refused = problem(client.post("/toy/notes", json=sent["json"]))
    assert (refused.status, refused.detail) == (413, "At most 1048576 bytes are read here")


def test_a_large_body_without_a_length_is_a_413(client: FlaskClient) -> None:
    environ = {"wsgi.input_terminated": True, "wsgi.input": BytesIO(b'"' + b"x" * 2_000_000)}
    answer = client.post("/toy/notes", content_type="application/json", environ_overrides=environ)
    assert problem(answer).status == 413


@pytest.mark.parametrize(
    "query, expected",
    [
        ("limit=0", ["?limit"]),
        ("limit=many&colour=red", ["?limit", "?colour"]),
        ("limit=1&limit=2", ["?limit"]),
    ],
)
def test_an_invalid_query_names_its_parameters(client: FlaskClient, query: str, expected: list[str]) -> None:
    answer = client.get(f"/toy/notes?{query}")
    assert (problem(answer).status, pointers(answer)) == (422, expected)


def test_an_upload_comes_with_its_form(client: FlaskClient) -> None:
    assert upload(client, b"abc", tag="red").get_json() == {"content": "red:3"}
    assert upload(client, b"x" * (LARGEST_FILE - 300)).status_code == 200


def test_an_upload_that_is_too_large_is_a_413_that_names_the_limit(client: FlaskClient) -> None:
    refused = problem(upload(client, b"x" * LARGEST_FILE))
    assert (refused.status, refused.title) == (413, "Request Entity Too Large")
    assert refused.detail == f"At most {LARGEST_FILE} bytes are read here, and 500000 of a form's fields"


@pytest.mark.parametrize("data", [{}, {"file": "no file"}, {"other": (BytesIO(b"a"), "a.txt")}])
def test_an_upload_without_its_file_is_a_422(client: FlaskClient, data: dict[str, object]) -> None:
    answer = client.post("/toy/files", data=data, content_type="multipart/form-data")
    assert (problem(answer).status, pointers(answer)) == (422, ["file"])


def test_an_upload_that_is_not_multipart_is_a_415(client: FlaskClient) -> None:
    assert problem(client.post("/toy/files", data=b"abc", content_type="text/csv")).status == 415


def test_an_invalid_form_names_its_fields(client: FlaskClient) -> None:
    assert pointers(upload(client, b"abc", colour="red")) == ["colour"]


def test_an_unavailable_dependency_is_a_503_with_retry_after(client: FlaskClient) -> None:
    answer = client.put("/toy/versions", headers={"If-Match": '"13"'})
    assert answer.headers["Retry-After"] == "7"
    assert problem(answer).detail == "The dependency is unavailable"


def test_a_head_is_a_get_without_its_body(client: FlaskClient) -> None:
    answer = client.head("/toy/notes")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"", "application/json")
    assert int(answer.headers["Content-Length"]) == len(client.get("/toy/notes").data)


def test_options_are_the_methods(client: FlaskClient) -> None:
    answer = client.options("/toy/notes")
    assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (200, {"GET", "HEAD", "OPTIONS", "POST"})


def test_another_method_is_a_405_that_lists_the_allowed_ones(client: FlaskClient) -> None:
    answer = client.delete("/toy/notes")
    assert problem(answer).status == 405
    assert "Allow lists those" in str(problem(answer).detail)
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
