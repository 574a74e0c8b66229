"""Running one job: what it writes and how it ends are one."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select, text

from core.composition import Composition
from core.errors import Conflict, Refusal, Unavailable
from core.jobs.models import JobEvent
from core.observability.logging import logger
from core.worker.context import JobContext
from tests.core.events import logged
from tests.core.jobs.bench import Bench
from tests.core.marks import on_postgresql
from tests.core.toy.messages import WriteMany, WriteNote


@pytest.fixture
def bench(composition: Composition) -> Bench:
    """A ledger, a clock and a worker."""
    return Bench(composition)


def test_a_job_that_succeeds_leaves_its_effect_and_its_result(bench: Bench) -> None:
    job = bench.run(bench.enqueue(WriteNote(text="hello")))
    assert (job.state, job.result, job.attempt) == ("succeeded", {"notes": 1}, 1)
    assert job.finished_at is not None
    assert bench.notes() == ["hello"]


@pytest.mark.parametrize(
    "then,state,status",
    [("refuse", "failed", 409), ("break", "failed", 500), ("take too long", "failed", 504)],
)
def test_a_job_that_fails_leaves_a_problem_and_no_effect(bench: Bench, then: str, state: str, status: int) -> None:
    job = bench.run(bench.enqueue(WriteNote.model_validate({"text": "hello", "then": then})))
    assert (job.state, job.problem and job.problem["status"]) == (state, status)
    assert "hunter2" not in str(job.problem)
    assert bench.notes() == []


def test_a_job_that_needs_something_that_is_away_waits_and_tries_again(bench: Bench) -> None:
    job = bench.run(bench.enqueue(WriteNote(text="hello", then="be unavailable")))
    assert (job.state, job.due_at, bench.notes()) == ("waiting", bench.clock.now + bench.units.policy.backoff(1), [])
    assert bench.events(job.id) == [("postponed", "The dependency is unavailable")]
    bench.clock.forward(3)
    assert bench.reap() == [job.id]
    assert bench.run(job.id).state == "failed", "it may be attempted twice"


def test_a_job_that_a_client_cancelled_ends_cancelled(bench: Bench) -> None:
    job = bench.run(bench.enqueue(WriteNote(text="hello", then="be cancelled")))
    assert (job.state, bench.notes()) == ("cancelled", [])


def test_a_job_that_a_client_cancelled_is_not_put_off(bench: Bench) -> None:
    job_id = bench.enqueue(WriteNote(text="hello", then="be unavailable"))
    bench.change(job_id, cancel_requested_at=bench.clock.now)
    with logged(bench.units.settings) as lines:
        job = bench.run(job_id)
    assert "not kept" not in lines()
    assert (job.state, job.finished_at, bench.reap()) == ("cancelled", bench.clock.now, [])
    assert bench.events(job_id)[-1] == ("cancelled", "the job stopped when it was asked to")


def test_a_job_that_runs_already_is_left_alone(bench: Bench) -> None:
    job_id = bench.enqueue(WriteNote(text="hello"))
    bench.change(job_id, state="running", attempt=1)
    assert (bench.run(job_id).state, bench.notes()) == ("running", [])


def test_a_job_for_a_message_that_no_app_handles_waits_for_a_newer_worker_and_then_says_so(bench: Bench) -> None:
    job_id = bench.enqueue(WriteNote(text="hello"))
    bench.change(job_id, name="toy.gone")
    assert bench.run(job_id).state == "waiting"
    bench.change(job_id, state="queued", attempt=WriteNote.max_attempts - 1)
    job = bench.run(job_id)
    assert job.state == "failed"
    assert job.problem is not None
    assert job.problem["detail"] == "No app of this project handles toy.gone"


def test_a_job_whose_payload_does_not_fit_any_more_says_where(bench: Bench) -> None:
    job_id = bench.enqueue(WriteNote(text="hello"))
    bench.change(job_id, payload={"text": 7})
    job = bench.run(job_id)
    assert job.problem is not None
    assert (job.problem["status"], job.problem["errors"]) == (
        422,
        [{"pointer": "#/text", "detail": "Input should be a valid string"}],
    )


def test_steps_last_and_a_later_attempt_goes_on_after_them(bench: Bench) -> None:
    job = bench.run(bench.enqueue(WriteMany(count=4, break_after=2)))
    assert (job.state, job.progress) == ("waiting", {"done": 2, "total": 4, "note": "writing"})
    bench.clock.forward(3)
    bench.reap()
    assert bench.run(job.id).result == {"notes": 4}
    assert bench.notes() == ["note 0", "note 1", "note 2", "note 3"]


def test_a_client_that_cancels_stops_a_job_at_its_next_step(bench: Bench) -> None:
    job_id = bench.enqueue(WriteMany(count=4))
    bench.change(job_id, cancel_requested_at=bench.clock.now)
    job = bench.run(job_id)
    assert (job.state, bench.notes()) == ("cancelled", [])
    assert bench.events(job_id) == [("cancelled", "the job stopped when it was asked to")]


def test_what_an_app_logs_is_told_of_its_job(bench: Bench) -> None:
    with logged(bench.units.settings):
        job = bench.run(bench.enqueue(WriteNote(text="hello", then="refuse")))
    assert ("log", "[info] writing length=5") in bench.events(job.id)


def test_what_an_app_logs_before_a_step_is_told_at_that_step_once_and_with_its_moment(bench: Bench) -> None:
    seen: list[Sequence[tuple[str, str]]] = []

    def walk(job: JobContext) -> None:
        logger("toy").info("left")
        job.progress(1, 2)
        seen.append(bench.events(job.id))
        logger("toy").info("right")

    bench.tasks["toy.write_note"] = walk
    with logged(bench.units.settings):
        job = bench.run(bench.enqueue(WriteNote(text="hello")))
    assert seen == [[("log", "[info] left")]]
    assert bench.events(job.id) == [("log", "[info] left"), ("log", "[info] right")]
    with bench.units.database.transaction(read_only=True) as session:
        left, right = session.scalars(select(JobEvent.at).order_by(JobEvent.id))
    assert bench.clock.now < left < right


@pytest.mark.parametrize("kind,state", [(Conflict, "failed"), (Unavailable, "waiting")])
def test_a_job_that_says_what_no_database_takes_ends_as_any_other(
    bench: Bench, kind: type[Refusal], state: str
) -> None:
    def speak(_job: JobContext) -> None:
        logger("toy").info("a zero \0 and a half \ud800")
        raise kind("again \0 and \ud800")

    bench.tasks["toy.write_note"] = speak
    with logged(bench.units.settings):
        job = bench.run(bench.enqueue(WriteNote(text="hello")))
    assert (job.state, job.problem and job.problem["detail"]) == (state, "again \ufffd and ?")
    assert ("log", "[info] a zero \ufffd and a half ?") in bench.events(job.id)


@on_postgresql
def test_a_job_whose_lines_cannot_be_written_ends_without_them(bench: Bench) -> None:
    with bench.units.database.transaction() as session:
        session.execute(text("ALTER TABLE core_job_events ADD CHECK (kind <> 'log')"))
    with logged(bench.units.settings):
        job = bench.run(bench.enqueue(WriteNote(text="hello", then="refuse")))
    assert (job.state, job.problem and job.problem["status"]) == ("failed", 409)
    assert bench.events(job.id) == [("failed", "The note may not be")]
