"""Refusals: what a service says, and how a library's failure becomes one."""

from http import HTTPStatus

import pytest

from core.errors import Conflict, Invalid, Malformed, NotFound, Refusal, Stale, Unavailable, unavailable_on
from core.problems import problem_of


@pytest.mark.parametrize(
    "refusal, status",
    [
        (Malformed("unreadable"), 400),
        (Invalid("forbidden"), 422),
        (NotFound("nothing there"), 404),
        (Conflict("not now"), 409),
        (Stale("changed"), 412),
        (Unavailable("away"), 503),
    ],
)
def test_every_refusal_has_its_status_and_its_words(refusal: Refusal, status: int) -> None:
    problem = problem_of(refusal)
    assert (problem.status, problem.title, problem.detail) == (status, refusal.title, refusal.detail)


def test_what_is_not_there_has_the_title_that_http_gives_it() -> None:
    assert NotFound("nothing there").title == HTTPStatus.NOT_FOUND.phrase


def test_an_apps_own_refusal_has_the_status_of_its_kind() -> None:
    class SoldOut(Conflict):
        """Nothing is left."""

    assert problem_of(SoldOut("Nothing is left")).status == 409


def test_a_defect_tells_a_caller_nothing() -> None:
    assert problem_of(RuntimeError("password=hunter2")).model_dump(exclude_none=True) == {
        "type": "about:blank",
        "title": "Internal error",
        "status": 500,
    }


def test_a_librarys_failure_becomes_unavailable_with_its_reason() -> None:
    with pytest.raises(Unavailable) as refused, unavailable_on(OSError, what="The oven"):
        raise OSError("no gas\nat valve 3")
    assert (refused.value.detail, refused.value.reason) == ("The oven is unavailable", "no gas")


def test_a_failure_without_words_gives_its_name_as_reason() -> None:
    with pytest.raises(Unavailable) as refused, unavailable_on(OSError, what="The oven"):
        raise TimeoutError
    assert refused.value.reason == "TimeoutError"


def test_the_reason_stays_with_us() -> None:
    assert "valve" not in problem_of(Unavailable("The oven is unavailable", reason="valve 3")).body()


def test_other_failures_pass() -> None:
    with pytest.raises(KeyError), unavailable_on(OSError, what="The oven"):
        raise KeyError
