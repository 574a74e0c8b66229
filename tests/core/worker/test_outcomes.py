"""How a job ends when its handler raises or returns something unusual."""

import math
from collections.abc import Callable

import pytest
from pydantic import BaseModel, RootModel

from core.errors import Refusal, Unavailable
from core.jobs.transitions import Cancelled, LostLease
from core.testing import JobFactory
from tests.core.events import Events, logged
from tests.core.worker.behaviours import Anything, ExitsOnText, PaymentDeclined, Unfinished, UnprintableError


def handling(jobs: JobFactory, act: Callable[[], BaseModel | None]) -> None:
    jobs.tasks["toy.write_note"] = lambda *_: act()


def raising(jobs: JobFactory, error: BaseException) -> None:
    def act() -> None:
        raise error

    handling(jobs, act)


@pytest.mark.parametrize(
    "error, state",
    [
        (PaymentDeclined("no credit"), "failed"),
        (Refusal("no"), "failed"),
        (Unfinished("no"), "failed"),
        (UnprintableError(), "failed"),
        (RecursionError(), "failed"),
        (MemoryError(), "failed"),
        (ExceptionGroup("two", [Unavailable("one"), ValueError("other")]), "failed"),
        (ExceptionGroup("one", [Unavailable("the only one")]), "waiting"),
        (ExceptionGroup("one", [Cancelled()]), "cancelled"),
        (LostLease(), "waiting"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_whatever_a_handler_raises_its_job_gets_a_state(jobs: JobFactory, error: Exception, state: str) -> None:
    raising(jobs, error)
    assert jobs.run(jobs.enqueue()).state == state


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_a_handler_that_ends_its_process_is_tried_again_elsewhere(jobs: JobFactory, kind: type[BaseException]) -> None:
    raising(jobs, kind("2"))
    job_id = jobs.enqueue()
    for state in ("waiting", "failed"):
        with pytest.raises(kind):
            jobs.run(job_id)
        job = jobs.read(job_id)
        assert (job.state, job.problem and job.problem["detail"]) == (state, f"{kind.__name__} ended the job's process")
        jobs.change(job_id, due_at=jobs.clock.now)
        jobs.reap()


def test_a_job_fails_before_its_exception_is_logged_which_may_end_the_process(jobs: JobFactory) -> None:
    raising(jobs, ExitsOnText())
    job_id = jobs.enqueue()
    with logged(jobs.units.settings.model_copy(update={"log_format": "json"})), pytest.raises(SystemExit):
        jobs.run(job_id)
    assert jobs.read(job_id).state == "failed"


def test_a_lease_that_is_really_lost_is_not_given_back(jobs: JobFactory) -> None:
    job_id = jobs.enqueue()

    def act() -> None:
        jobs.change(job_id, attempt=7)
        raise LostLease

    handling(jobs, act)
    assert (jobs.run(job_id).state, jobs.read(job_id).attempt) == ("running", 7)


@pytest.mark.parametrize(
    "value, stored",
    [(math.nan, None), (-math.inf, None), ("a\0b", "a\ufffdb"), ([{"k": math.inf}], [{"k": None}])],
)
def test_a_result_is_the_same_json_on_every_database(jobs: JobFactory, value: object, stored: object) -> None:
    handling(jobs, lambda: Anything(value=value))
    job = jobs.run(jobs.enqueue())
    assert (job.state, job.result) == ("succeeded", {"value": stored})


def test_a_result_that_is_no_object_fails_the_job_and_the_log_says_why(jobs: JobFactory, events: Events) -> None:
    handling(jobs, lambda: RootModel[list[int]]([1]))
    job = jobs.run(jobs.enqueue())
    assert (job.state, job.problem and job.problem["status"]) == ("failed", 500)
    (raised,) = [event for event in events() if event["event"] == "handler raised"]
    assert "a handler returns None or a model that is a JSON object, not RootModel" in str(raised["exception"])
