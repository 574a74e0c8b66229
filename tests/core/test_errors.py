"""Refusals: their statuses and headers, and the translation of a library's errors."""

import re
from http import HTTPStatus

import pytest

from core import errors
from core.errors import (
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    Refusal,
    Stale,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    unavailable_on,
)
from core.problems import headers_of, problem_of


class Refused(Refusal):
    """A refusal of an app, with every default."""


class Unpaid(Refusal):
    """A refusal of an app, with its own status, title and constructor."""

    title = "Payment required"
    status = HTTPStatus.PAYMENT_REQUIRED

    def __init__(self) -> None:
        super().__init__("")


class Moody(Refusal):
    """A refusal of an app that does not call the constructor of its base."""

    def __init__(self, mood: int) -> None:
        self.mood = mood


@pytest.mark.parametrize(
    "refusal, status",
    [
        (Malformed("unreadable"), 400),
        (Invalid("forbidden"), 422),
        (NotFound("nothing there"), 404),
        (Conflict("not now"), 409),
        (Stale("changed"), 412),
        (Unavailable("unavailable"), 503),
        (Unauthenticated("no token"), 401),
        (Forbidden("not yours"), 403),
        (TooManyRequests("slower"), 429),
    ],
)
def test_every_refusal_has_its_status_title_and_detail(refusal: Refusal, status: int) -> None:
    problem = problem_of(refusal)
    assert (problem.status, problem.title, problem.detail) == (status, refusal.title, refusal.detail)


def test_not_found_has_the_title_of_http() -> None:
    assert NotFound("nothing there").title == HTTPStatus.NOT_FOUND.phrase


def test_an_apps_own_refusal_has_the_status_of_its_base_class() -> None:
    class SoldOut(Conflict):
        """Nothing is left."""

    assert problem_of(SoldOut("Nothing is left")).status == 409


@pytest.mark.parametrize(
    "refusal, status, title, detail",
    [
        (Refused("Nothing is left"), 409, "Refused", "Nothing is left"),
        (Unpaid(), 402, "Payment required", None),
        (Moody(7), 409, "Refused", None),
    ],
)
def test_a_direct_subclass_of_refusal_is_translated(
    refusal: Refusal, status: int, title: str, detail: str | None
) -> None:
    problem = problem_of(refusal)
    assert (problem.status, problem.title, problem.detail, problem.errors) == (status, title, detail, None)


def test_a_refusal_has_the_headers_of_its_status() -> None:
    assert headers_of(Unavailable("later", retry_after=3)) == {"Retry-After": "3"}
    assert headers_of(TooManyRequests("slower", retry_after=60)) == {"Retry-After": "60"}
    assert headers_of(Unauthenticated("no token", 'Bearer realm="shop"')) == {"WWW-Authenticate": 'Bearer realm="shop"'}
    assert headers_of(Conflict("not now")) == headers_of(RuntimeError()) == {}


def test_the_tree_in_the_documentation_has_every_refusal_and_its_status() -> None:
    def branch(kind: type[Refusal]) -> list[type[Refusal]]:
        return [
            kind,
            *(each for child in kind.__subclasses__() if child.__module__ == "core.errors" for each in branch(child)),
        ]

    drawn = re.findall(r"^[ │├└─]*(\w+) +(\d{3})  ", str(errors.__doc__), re.MULTILINE)
    assert sorted(drawn) == sorted((kind.__name__, str(kind.status.value)) for kind in branch(Refusal))


def test_a_defect_shows_a_caller_nothing() -> None:
    assert problem_of(RuntimeError("password=hunter2")).model_dump(exclude_none=True) == {
        "type": "about:blank",
        "title": "Internal error",
        "status": 500,
    }


def test_an_error_of_a_library_becomes_unavailable_with_its_reason() -> None:
    with pytest.raises(Unavailable) as refused, unavailable_on(OSError, what="The oven"):
        raise OSError("no gas\nat valve 3")
    assert (refused.value.detail, refused.value.reason) == ("The oven is unavailable", "no gas")


def test_an_exception_without_a_message_has_its_class_as_reason() -> None:
    with pytest.raises(Unavailable) as refused, unavailable_on(OSError, what="The oven"):
        raise TimeoutError
    assert refused.value.reason == "TimeoutError"


def test_the_reason_is_not_in_the_problem() -> None:
    assert "valve" not in problem_of(Unavailable("The oven is unavailable", reason="valve 3")).body()


def test_other_errors_are_not_changed() -> None:
    with pytest.raises(KeyError), unavailable_on(OSError, what="The oven"):
        raise KeyError
