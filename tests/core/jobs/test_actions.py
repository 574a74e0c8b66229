"""A client's actions on a job: cancel and retry."""

from uuid import uuid4

import pytest

from core.errors import Conflict, NotFound
from core.jobs.models import Job
from core.testing import JobFactory
from tests.core.toy.messages import WriteNote

NOTE = WriteNote(text="hello")
REFUSED = WriteNote(text="hello", then="refuse")


@pytest.mark.parametrize("state", ["queued", "waiting"])
def test_a_job_that_does_not_run_is_cancelled_at_once(jobs: JobFactory, state: str) -> None:
    job_id = jobs.enqueue(NOTE)
    jobs.change(job_id, state=state)
    with jobs.units.database.transaction() as session:
        jobs.actions.cancel(session, job_id)
    assert (jobs.read(job_id).state, jobs.run(job_id).state) == ("cancelled", "cancelled")


def test_a_running_job_gets_a_request_to_stop(jobs: JobFactory) -> None:
    job_id = jobs.enqueue(NOTE)
    jobs.change(job_id, state="running", attempt=1)
    with jobs.units.database.transaction() as session:
        jobs.actions.cancel(session, job_id)
    job = jobs.read(job_id)
    assert (job.state, job.cancel_requested_at) == ("running", jobs.clock.now)
    assert jobs.events(job_id) == [("cancel requested", "a client cancelled the job")]


@pytest.mark.parametrize("action", ["cancelled", "retried"])
def test_a_job_that_succeeded_is_neither_cancelled_nor_retried(jobs: JobFactory, action: str) -> None:
    job = jobs.run(jobs.enqueue(NOTE))
    act = jobs.actions.cancel if action == "cancelled" else jobs.actions.retry
    with (
        pytest.raises(Conflict, match=f"The job is succeeded and cannot be {action}"),
        jobs.units.database.transaction() as session,
    ):
        act(session, job.id)


def test_an_unknown_job_is_not_found(jobs: JobFactory) -> None:
    for act in (jobs.actions.cancel, jobs.actions.retry):
        with pytest.raises(NotFound), jobs.units.database.transaction() as session:
            act(session, uuid4())


def test_a_retry_resets_the_row_but_not_the_attempt(jobs: JobFactory) -> None:
    failed = jobs.run(jobs.enqueue(REFUSED))
    jobs.change(failed.id, payload={"text": "hello", "then": "succeed"})
    with jobs.units.database.transaction() as session:
        assert jobs.actions.retry(session, failed.id) == "default"
    again = jobs.read(failed.id)
    assert (again.state, again.problem, again.finished_at, again.attempt) == ("queued", None, None, 1)
    done = jobs.run(failed.id)
    assert (done.state, done.attempt) == ("succeeded", 2), "the attempt fences, so it goes on counting"


@pytest.mark.parametrize("own_attempts", [REFUSED.max_attempts, None], ids=["this release", "an older one"])
def test_a_retry_gives_as_many_attempts_as_the_message_allows(jobs: JobFactory, own_attempts: int | None) -> None:
    job_id = jobs.enqueue(REFUSED)
    jobs.change(job_id, own_attempts=own_attempts)
    for attempt in (1, 2):
        jobs.run(job_id)
        with jobs.units.database.transaction() as session:
            jobs.actions.retry(session, job_id)
        assert jobs.read(job_id).max_attempts == attempt + REFUSED.max_attempts


def test_a_retry_is_refused_while_another_job_has_its_unique_key(jobs: JobFactory) -> None:
    failed = jobs.run(jobs.enqueue(REFUSED, unique_key="stock"))
    jobs.enqueue(NOTE, unique_key="stock")
    with pytest.raises(Conflict, match="same unique key"), jobs.units.database.transaction() as session:
        jobs.actions.retry(session, failed.id)


def test_failed_jobs_are_retried_by_a_filter(jobs: JobFactory) -> None:
    failed = {jobs.run(jobs.enqueue(REFUSED)).id for _ in range(3)}
    jobs.run(jobs.enqueue(NOTE))
    with jobs.units.database.transaction() as session:
        retried = jobs.actions.retry_all(session, [Job.name == "toy.write_note"])
        assert {job_id for job_id, _ in retried} == failed
        assert jobs.actions.retry_all(session, [Job.name == "toy.sweep"]) == []
