"""If-Match and the other conditions: met, failed or unreadable, and every failure is a problem."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.problems import Problem
from tests.core.marks import on_sqlite

pytestmark = on_sqlite


def problem(answer: TestResponse) -> Problem:
    assert answer.mimetype == "application/problem+json"
    parsed = Problem.model_validate_json(answer.data)
    assert parsed.status == answer.status_code
    return parsed


@pytest.mark.parametrize(
    "tag, status",
    [
        ('"3"', 204),
        ("*", 204),
        (' "3" , "other",', 204),
        ('"4", "3"', 204),
        ('W/"4", "a,b", "3"', 204),
        (None, 428),
        ('"other"', 412),
        ('W/"3"', 412),
        ('"4", "5"', 412),
        ("", 412),
        ('""', 412),
        ('"", "3"', 204),
        ('"03"', 412),
        ('"\xff"', 412),
        (f'"{"9" * 5000}"', 412),
        ('"13"', 503),
        ("3", 400),
        ('"4", 3', 400),
        ('"3', 400),
        ('3"', 400),
        ('*, "3"', 400),
        ('"a b"', 400),
        ('"a\x1b"', 400),
        ("W/3", 400),
        ('w/"3"', 400),
        ('"3""4"', 400),
        ('"' * 10_001, 400),
    ],
)
def test_a_precondition_is_met_or_refused(client: FlaskClient, tag: str | None, status: int) -> None:
    answer = client.put("/toy/versions", headers={} if tag is None else {"If-Match": tag})
    assert answer.status_code == status
    assert status == 204 or problem(answer).detail


@pytest.mark.parametrize(
    "tag, status", [(None, 204), ('"3"', 204), ("*", 204), ('"2", "3"', 204), ('"2"', 412), ("", 412), ("3", 400)]
)
def test_an_optional_precondition_is_checked_if_it_is_sent(client: FlaskClient, tag: str | None, status: int) -> None:
    answer = client.delete("/toy/versions", headers={} if tag is None else {"If-Match": tag})
    assert answer.status_code == status


@pytest.mark.parametrize(
    "name, value, status",
    [
        ("If-Match", '"4"', 412),
        ("If-Match", '""', 412),
        ("If-Unmodified-Since", "Thu, 26 Nov 2020 12:00:00 GMT", 200),
        ("If-None-Match", '"3"', 304),
        ("If-None-Match", '""', 200),
        ("Range", "bytes=9-", 416),
        ("Range", "bytes=abc", 416),
    ],
)
def test_a_conditional_read_that_fails_is_a_problem(client: FlaskClient, name: str, value: str, status: int) -> None:
    answer = client.get("/toy/versions", headers={name: value})
    assert answer.status_code == status
    assert status < 400 or problem(answer).detail


def test_the_static_files_answer_failed_preconditions_with_problems(client: FlaskClient) -> None:
    for path in ("/ui/static/console.css", "/swaggerui/swagger-ui.css"):
        assert problem(client.get(path, headers={"If-Match": '"other"'})).status == 412
