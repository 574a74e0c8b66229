"""Refusals: their status and text, and how an error of a library becomes one."""

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
def test_every_refusal_has_its_status_title_and_detail(refusal: Refusal, status: int) -> None:
    problem = problem_of(refusal)
    assert (problem.status, problem.title, problem.detail) == (status, refusal.title, refusal.detail)


def test_not_found_has_the_title_of_its_http_status() -> None:
    assert NotFound("nothing there").title == HTTPStatus.NOT_FOUND.phrase


def test_an_apps_own_refusal_has_the_status_of_its_base_class() -> None:
    class SoldOut(Conflict):
        """Nothing is left."""

    assert problem_of(SoldOut("Nothing is left")).status == 409


def test_a_defect_reveals_nothing_to_the_client() -> None:
    assert problem_of(RuntimeError("password=hunter2")).model_dump(exclude_none=True) == {
        "type": "about:blank",
        "title": "Internal error",
        "status": 500,
    }


def test_an_error_of_a_library_becomes_unavailable_with_its_reason() -> None:
    with pytest.raises(Unavailable) as refused, unavailable_on(OSError, what="The oven"):
        raise OSError("no gas\nat valve 3")
    assert (refused.value.detail, refused.value.reason) == ("The oven is unavailable", "no gas")


def test_the_reason_of_an_error_without_text_is_its_name() -> None:
    with pytest.raises(Unavailable) as refused, unavailable_on(OSError, what="The oven"):
        raise TimeoutError
    assert refused.value.reason == "TimeoutError"


def test_the_reason_is_not_sent_to_the_client() -> None:
    assert "valve" not in problem_of(Unavailable("The oven is unavailable", reason="valve 3")).body()


def test_other_errors_are_not_changed() -> None:
    with pytest.raises(KeyError), unavailable_on(OSError, what="The oven"):
        raise KeyError
