"""The reaper repairs what was lost, and only that."""

from datetime import timedelta

import pytest

from core.jobs.reaper import BATCH
from core.testing import JobFactory
from tests.core.toy.messages import WriteNote

NOTE = WriteNote(text="hello")


def test_a_queued_job_whose_hint_was_lost_is_published_again(jobs: JobFactory) -> None:
    job_id = jobs.enqueue(NOTE)
    jobs.clock.forward(9)
    assert jobs.reap() == []
    jobs.clock.forward(2)
    assert jobs.reap() == [job_id]
    assert jobs.reap() == [], "it has another grace"


def test_a_queued_job_in_a_long_queue_is_not_published_again(jobs: JobFactory) -> None:
    job_id = jobs.enqueue(NOTE)
    jobs.clock.forward(11)
    assert jobs.reap(is_backlog=True) == []
    assert jobs.read(job_id).due_at == jobs.clock.now + timedelta(seconds=10)


@pytest.mark.parametrize(
    "attempt,is_cancelled,state",
    [(1, False, "queued"), (2, False, "failed"), (1, True, "cancelled"), (2, True, "cancelled")],
)
def test_a_job_whose_lease_expired_gets_its_next_state(
    jobs: JobFactory, attempt: int, *, is_cancelled: bool, state: str
) -> None:
    job_id = jobs.enqueue(NOTE)
    jobs.change(
        job_id,
        state="running",
        attempt=attempt,
        due_at=jobs.clock.now + timedelta(seconds=30),
        cancel_requested_at=jobs.clock.now if is_cancelled else None,
    )
    jobs.clock.forward(29)
    assert jobs.reap() == []
    jobs.clock.forward(2)
    assert jobs.reap() == ([job_id] if state == "queued" else [])
    job = jobs.read(job_id)
    assert (job.state, job.attempt, job.finished_at is None) == (state, attempt, state == "queued")
    assert jobs.events(job_id) == [("lost", "the lease expired")]


def test_jobs_of_a_lost_process_do_not_wait_for_their_leases(jobs: JobFactory) -> None:
    gone, alive = jobs.enqueue(NOTE), jobs.enqueue(NOTE)
    jobs.change(gone, state="running", attempt=1, worker="here/1-2")
    jobs.change(alive, state="running", attempt=1, worker="here/1-3")
    with jobs.units.database.transaction() as session:
        hints = jobs.reaper.requeue_lost(session, lambda name: name == "here/1-2")
    assert [hint.job_id for hint in hints] == [gone]
    assert (jobs.read(gone).state, jobs.read(alive).state) == ("queued", "running")


def test_after_the_broker_lost_its_data_every_queued_job_is_due(jobs: JobFactory) -> None:
    queued, waiting = jobs.enqueue(NOTE), jobs.enqueue(NOTE)
    jobs.change(waiting, state="waiting", due_at=jobs.clock.now + timedelta(hours=1))
    with jobs.units.database.transaction() as session:
        jobs.reaper.make_queued_due(session)
    assert jobs.reap() == [queued]


def test_a_batch_is_reaped_at_a_time(jobs: JobFactory) -> None:
    with jobs.units.open() as unit:
        late = {unit.enqueue(NOTE) for _ in range(BATCH + 5)}
    jobs.clock.forward(11)
    first, second = jobs.reap(), jobs.reap()
    assert (len(first), set(first) | set(second)) == (BATCH, late)


def test_old_jobs_are_deleted_with_their_events(jobs: JobFactory) -> None:
    old = jobs.run(jobs.enqueue(WriteNote(text="hello", then="refuse")))
    live = jobs.enqueue(NOTE)
    jobs.clock.forward(31 * 24 * 3600)
    young = jobs.run(jobs.enqueue(WriteNote(text="hello", then="refuse")))
    with jobs.units.database.transaction() as session:
        assert (jobs.reaper.purge(session), jobs.reaper.purge(session)) == (1, 0)
    assert jobs.events(old.id) == []
    assert (jobs.read(live).state, jobs.read(young.id).state) == ("queued", "failed")
