"""The reaper repairs what was lost, and only that."""

from datetime import timedelta

import pytest

from core.jobs.reaper import BATCH
from tests.core.jobs.bench import Bench
from tests.core.toy.messages import WriteNote

NOTE = WriteNote(text="hello")


def test_a_queued_job_whose_hint_was_lost_is_published_again(bench: Bench) -> None:
    job_id = bench.enqueue(NOTE)
    bench.clock.forward(9)
    assert bench.reap() == []
    bench.clock.forward(2)
    assert bench.reap() == [job_id]
    assert bench.reap() == [], "it has another grace"


def test_a_queued_job_in_a_long_queue_is_put_off_and_not_multiplied(bench: Bench) -> None:
    job_id = bench.enqueue(NOTE)
    bench.clock.forward(11)
    assert bench.reap(is_backlog=True) == []
    assert bench.read(job_id).due_at == bench.clock.now + timedelta(seconds=10)


@pytest.mark.parametrize(
    "attempt,is_cancelled,state",
    [(1, False, "queued"), (2, False, "failed"), (1, True, "cancelled"), (2, True, "cancelled")],
)
def test_a_job_whose_worker_fell_silent_goes_on(bench: Bench, attempt: int, *, is_cancelled: bool, state: str) -> None:
    job_id = bench.enqueue(NOTE)
    bench.change(
        job_id,
        state="running",
        attempt=attempt,
        due_at=bench.clock.now + timedelta(seconds=30),
        cancel_requested_at=bench.clock.now if is_cancelled else None,
    )
    bench.clock.forward(29)
    assert bench.reap() == []
    bench.clock.forward(2)
    assert bench.reap() == ([job_id] if state == "queued" else [])
    job = bench.read(job_id)
    assert (job.state, job.attempt, job.finished_at is None) == (state, attempt, state == "queued")
    assert bench.events(job_id) == [("lost", "the lease ran out")]


def test_jobs_of_a_lost_process_do_not_wait_for_their_leases(bench: Bench) -> None:
    gone, alive = bench.enqueue(NOTE), bench.enqueue(NOTE)
    bench.change(gone, state="running", attempt=1, worker="here/1-2")
    bench.change(alive, state="running", attempt=1, worker="here/1-3")
    with bench.units.database.transaction() as session:
        hints = bench.reaper.requeue_lost(session, lambda name: name == "here/1-2")
    assert [hint.job_id for hint in hints] == [gone]
    assert (bench.read(gone).state, bench.read(alive).state) == ("queued", "running")


def test_after_the_broker_lost_its_data_every_queued_job_is_due(bench: Bench) -> None:
    queued, waiting = bench.enqueue(NOTE), bench.enqueue(NOTE)
    bench.change(waiting, state="waiting", due_at=bench.clock.now + timedelta(hours=1))
    with bench.units.database.transaction() as session:
        bench.reaper.forget_hints(session)
    assert bench.reap() == [queued]


def test_one_look_takes_a_batch_and_the_next_look_takes_the_rest(bench: Bench) -> None:
    with bench.units.open() as unit:
        jobs = {unit.enqueue(NOTE) for _ in range(BATCH + 5)}
    bench.clock.forward(11)
    first, second = bench.reap(), bench.reap()
    assert (len(first), set(first) | set(second)) == (BATCH, jobs)


def test_old_jobs_are_deleted_with_what_was_told_of_them(bench: Bench) -> None:
    old = bench.run(bench.enqueue(WriteNote(text="hello", then="refuse")))
    live = bench.enqueue(NOTE)
    bench.clock.forward(31 * 24 * 3600)
    young = bench.run(bench.enqueue(WriteNote(text="hello", then="refuse")))
    with bench.units.database.transaction() as session:
        assert (bench.reaper.purge(session), bench.reaper.purge(session)) == (1, 0)
    assert bench.events(old.id) == []
    assert (bench.read(live).state, bench.read(young.id).state) == ("queued", "failed")
