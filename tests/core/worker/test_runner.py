"""Running a job: its changes and its end are one transaction."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select, text

from core.database.types import Document
from core.errors import Conflict, Refusal, Unavailable
from core.jobs.models import JobEvent
from core.observability.logging import logger
from core.testing import JobFactory
from core.unit_of_work import UnitOfWork
from core.worker.context import JobContext
from tests.core.events import logged
from tests.core.marks import on_postgresql
from tests.core.notes import texts
from tests.core.toy.messages import WriteMany, WriteNote


def test_a_job_that_succeeds_leaves_its_effect_and_its_result(jobs: JobFactory) -> None:
    job = jobs.run(jobs.enqueue(WriteNote(text="hello")))
    assert (job.state, job.result, job.attempt) == ("succeeded", {"notes": 1}, 1)
    assert job.finished_at is not None
    assert texts(jobs.units.database) == ["hello"]


@pytest.mark.parametrize(
    "then,state,status",
    [("refuse", "failed", 409), ("break", "failed", 500), ("take too long", "failed", 504)],
)
def test_a_job_that_fails_leaves_a_problem_and_no_effect(jobs: JobFactory, then: str, state: str, status: int) -> None:
    job = jobs.run(jobs.enqueue(WriteNote.model_validate({"text": "hello", "then": then})))
    assert (job.state, job.problem and job.problem["status"]) == (state, status)
    assert "hunter2" not in str(job.problem)
    assert texts(jobs.units.database) == []


def test_a_job_with_an_unavailable_dependency_is_retried(jobs: JobFactory) -> None:
    job = jobs.run(jobs.enqueue(WriteNote(text="hello", then="be unavailable")))
    assert (job.state, job.due_at, texts(jobs.units.database)) == (
        "waiting",
        jobs.clock.now + jobs.units.policy.backoff(1),
        [],
    )
    assert jobs.events(job.id) == [("retry scheduled", "The dependency is unavailable")]
    jobs.clock.forward(3)
    assert jobs.reap() == [job.id]
    assert jobs.run(job.id).state == "failed", "it has two attempts"


def test_a_job_that_a_client_cancelled_ends_cancelled(jobs: JobFactory) -> None:
    job = jobs.run(jobs.enqueue(WriteNote(text="hello", then="be cancelled")))
    assert (job.state, texts(jobs.units.database)) == ("cancelled", [])


def test_a_cancelled_job_is_not_retried(jobs: JobFactory) -> None:
    job_id = jobs.enqueue(WriteNote(text="hello", then="be unavailable"))
    jobs.change(job_id, cancel_requested_at=jobs.clock.now)
    with logged(jobs.units.settings) as lines:
        job = jobs.run(job_id)
    assert "not kept" not in lines()
    assert (job.state, job.finished_at, jobs.reap()) == ("cancelled", jobs.clock.now, [])
    assert jobs.events(job_id)[-1] == ("cancelled", "the job stopped because a client cancelled it")


def test_a_hint_for_a_running_job_is_dropped(jobs: JobFactory) -> None:
    job_id = jobs.enqueue(WriteNote(text="hello"))
    jobs.change(job_id, state="running", attempt=1)
    assert (jobs.run(job_id).state, texts(jobs.units.database)) == ("running", [])


def test_a_job_that_no_app_handles_waits_for_a_newer_worker_and_then_fails(jobs: JobFactory) -> None:
    job_id = jobs.enqueue(WriteNote(text="hello"))
    jobs.change(job_id, name="toy.gone")
    assert jobs.run(job_id).state == "waiting"
    jobs.change(job_id, state="queued", attempt=WriteNote.max_attempts - 1)
    job = jobs.run(job_id)
    assert job.state == "failed"
    assert job.problem is not None
    assert job.problem["detail"] == "No app of this project handles toy.gone"


def test_a_payload_that_does_not_fit_any_more_fails_with_a_pointer(jobs: JobFactory) -> None:
    job_id = jobs.enqueue(WriteNote(text="hello"))
    jobs.change(job_id, payload={"text": 7})
    job = jobs.run(job_id)
    assert job.problem is not None
    assert (job.problem["status"], job.problem["errors"]) == (
        422,
        [{"pointer": "#/text", "detail": "Input should be a valid string"}],
    )


def test_committed_steps_last_and_the_next_attempt_continues(jobs: JobFactory) -> None:
    job = jobs.run(jobs.enqueue(WriteMany(count=4, break_after=2)))
    assert (job.state, job.progress) == ("waiting", {"done": 2, "total": 4, "note": "writing"})
    jobs.clock.forward(3)
    jobs.reap()
    assert jobs.run(job.id).result == {"notes": 4}
    assert texts(jobs.units.database) == ["note 0", "note 1", "note 2", "note 3"]


def test_a_cancelled_job_stops_at_its_next_step(jobs: JobFactory) -> None:
    job_id = jobs.enqueue(WriteMany(count=4))
    jobs.change(job_id, cancel_requested_at=jobs.clock.now)
    job = jobs.run(job_id)
    assert (job.state, texts(jobs.units.database)) == ("cancelled", [])
    assert jobs.events(job_id) == [("cancelled", "the job stopped because a client cancelled it")]


def test_the_lines_of_a_handler_are_stored_with_its_job(jobs: JobFactory) -> None:
    with logged(jobs.units.settings):
        job = jobs.run(jobs.enqueue(WriteNote(text="hello", then="refuse")))
    assert ("log", "[info] writing length=5") in jobs.events(job.id)


def test_lines_are_stored_at_each_step_once_with_their_times(jobs: JobFactory) -> None:
    seen: list[Sequence[tuple[str, str]]] = []

    def walk(_unit: UnitOfWork, _payload: Document, job: JobContext) -> None:
        logger("toy").info("left")
        job.progress(1, 2)
        seen.append(jobs.events(job.id))
        logger("toy").info("right")

    jobs.tasks["toy.write_note"] = walk
    with logged(jobs.units.settings):
        job = jobs.run(jobs.enqueue(WriteNote(text="hello")))
    assert seen == [[("log", "[info] left")]]
    assert jobs.events(job.id) == [("log", "[info] left"), ("log", "[info] right")]
    with jobs.units.database.transaction(read_only=True) as session:
        left, right = session.scalars(select(JobEvent.at).order_by(JobEvent.id))
    assert jobs.clock.now < left < right


@pytest.mark.parametrize("kind,state", [(Conflict, "failed"), (Unavailable, "waiting")])
def test_text_that_no_database_takes_is_stored_with_marks(jobs: JobFactory, kind: type[Refusal], state: str) -> None:
    def speak(*_: object) -> None:
        logger("toy").info("a zero \0 and a half \ud800")
        raise kind("again \0 and \ud800")

    jobs.tasks["toy.write_note"] = speak
    with logged(jobs.units.settings):
        job = jobs.run(jobs.enqueue(WriteNote(text="hello")))
    assert (job.state, job.problem and job.problem["detail"]) == (state, "again \ufffd and ?")
    assert ("log", "[info] a zero \ufffd and a half ?") in jobs.events(job.id)


@on_postgresql
def test_a_job_whose_lines_cannot_be_stored_ends_without_them(jobs: JobFactory) -> None:
    with jobs.units.database.transaction() as session:
        session.execute(text("ALTER TABLE core_job_events ADD CHECK (kind <> 'log')"))
    with logged(jobs.units.settings):
        job = jobs.run(jobs.enqueue(WriteNote(text="hello", then="refuse")))
        done = jobs.run(jobs.enqueue(WriteNote(text="hello")))
    assert (job.state, job.problem and job.problem["status"]) == ("failed", 409)
    assert jobs.events(job.id) == [("failed", "The note may not be")]
    assert (done.state, texts(jobs.units.database)) == ("succeeded", ["hello"])
