"""What a client may ask of a job that exists."""

from uuid import uuid4

import pytest

from core.errors import Conflict, NotFound
from core.jobs.models import Job
from tests.core.jobs.bench import Bench
from tests.core.toy.messages import WriteNote

NOTE = WriteNote(text="hello")
REFUSED = WriteNote(text="hello", then="refuse")


@pytest.mark.parametrize("state", ["queued", "waiting"])
def test_a_job_that_does_not_run_ends_at_once(bench: Bench, state: str) -> None:
    job_id = bench.enqueue(NOTE)
    bench.change(job_id, state=state)
    with bench.units.database.transaction() as session:
        bench.actions.cancel(session, job_id)
    assert (bench.read(job_id).state, bench.run(job_id).state) == ("cancelled", "cancelled")


def test_a_job_that_runs_is_asked_to_end(bench: Bench) -> None:
    job_id = bench.enqueue(NOTE)
    bench.change(job_id, state="running", attempt=1)
    with bench.units.database.transaction() as session:
        bench.actions.cancel(session, job_id)
    job = bench.read(job_id)
    assert (job.state, job.cancel_requested_at) == ("running", bench.clock.now)
    assert bench.events(job_id) == [("cancel", "a client asked for the job's end")]


@pytest.mark.parametrize("action", ["cancelled", "retried"])
def test_a_job_that_succeeded_can_be_neither_and_the_refusal_names_its_state(bench: Bench, action: str) -> None:
    job = bench.run(bench.enqueue(NOTE))
    ask = bench.actions.cancel if action == "cancelled" else bench.actions.retry
    with (
        pytest.raises(Conflict, match=f"The job is succeeded and cannot be {action}"),
        bench.units.database.transaction() as session,
    ):
        ask(session, job.id)


def test_a_job_that_nobody_knows_is_not_found(bench: Bench) -> None:
    for ask in (bench.actions.cancel, bench.actions.retry):
        with pytest.raises(NotFound), bench.units.database.transaction() as session:
            ask(session, uuid4())


def test_a_failed_job_is_tried_again_from_a_clean_row(bench: Bench) -> None:
    failed = bench.run(bench.enqueue(REFUSED))
    bench.change(failed.id, payload={"text": "hello", "then": "succeed"})
    with bench.units.database.transaction() as session:
        assert bench.actions.retry(session, failed.id) == "default"
    again = bench.read(failed.id)
    assert (again.state, again.problem, again.finished_at, again.attempt) == ("queued", None, None, 1)
    done = bench.run(failed.id)
    assert (done.state, done.attempt) == ("succeeded", 2), "the attempt fences, so it goes on counting"


@pytest.mark.parametrize("own_attempts", [REFUSED.max_attempts, None], ids=["this release", "an older one"])
def test_a_retry_gives_as_many_attempts_as_the_message_allows(bench: Bench, own_attempts: int | None) -> None:
    job_id = bench.enqueue(REFUSED)
    bench.change(job_id, own_attempts=own_attempts)
    for attempt in (1, 2):
        bench.run(job_id)
        with bench.units.database.transaction() as session:
            bench.actions.retry(session, job_id)
        assert bench.read(job_id).max_attempts == attempt + REFUSED.max_attempts


def test_a_retry_is_refused_while_another_job_has_its_unique_key(bench: Bench) -> None:
    failed = bench.run(bench.enqueue(REFUSED, unique_key="stock"))
    bench.enqueue(NOTE, unique_key="stock")
    with pytest.raises(Conflict, match="same unique key"), bench.units.database.transaction() as session:
        bench.actions.retry(session, failed.id)


def test_many_failed_jobs_are_tried_again_by_a_filter(bench: Bench) -> None:
    failed = {bench.run(bench.enqueue(REFUSED)).id for _ in range(3)}
    bench.run(bench.enqueue(NOTE))
    with bench.units.database.transaction() as session:
        retried = bench.actions.retry_all(session, [Job.name == "toy.write_note"])
        assert {job_id for job_id, _ in retried} == failed
        assert bench.actions.retry_all(session, [Job.name == "toy.sweep"]) == []
