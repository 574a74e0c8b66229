"""What a machine asks of the ledger every few seconds, the same on both databases."""

from datetime import timedelta

from core.jobs.models import Schedule, Worker
from core.jobs.states import State
from core.jobs.statistics import Measures, measure
from core.testing import JobFactory
from tests.core.toy.messages import Sweep, WriteNote

NOTE = WriteNote(text="hello")


def measured(jobs: JobFactory) -> Measures:
    with jobs.units.open(read_only=True) as unit:
        return measure(unit.session, jobs.clock())


def test_an_empty_ledger_is_told_too(jobs: JobFactory) -> None:
    told = measured(jobs)
    assert (told.live, told.ended, told.retryable) == ([], [], {State.FAILED: 0, State.CANCELLED: 0})
    assert (told.workers, told.slots, told.schedules_behind) == ({True: 0, False: 0}, 0, 0)


def test_live_jobs_are_told_by_their_kind(jobs: JobFactory) -> None:
    jobs.enqueue(NOTE)
    jobs.enqueue(Sweep())
    jobs.clock.forward(1)
    jobs.enqueue(NOTE)
    told = {(kind.queue, kind.name, kind.state): kind.jobs for kind in measured(jobs).live}
    assert told == {("default", "toy.write_note", "queued"): 2, ("default", "toy.sweep", "queued"): 1}


def test_a_queued_job_grows_old_though_it_is_put_off_and_told_again(jobs: JobFactory) -> None:
    jobs.enqueue(NOTE)
    began = jobs.clock()
    for _ in range(3):
        jobs.clock.forward(11)
        jobs.reap()
    (kind,) = measured(jobs).live
    assert kind.since == began


def test_workers_are_alive_while_they_are_seen(jobs: JobFactory) -> None:
    now = jobs.clock()
    with jobs.units.open() as unit:
        for name, ago in (("here", 1), ("there", 14), ("gone", 16)):
            seen_at = now - timedelta(seconds=ago)
            row = Worker(name=name, queues="default", concurrency=4, started_at=now, seen_at=seen_at)
            unit.session.add(row)
    told = measured(jobs)
    assert (told.workers, told.slots) == ({True: 2, False: 1}, 8)


def test_a_schedule_is_behind_where_nobody_ticks(jobs: JobFactory) -> None:
    now = jobs.clock()
    with jobs.units.open() as unit:
        for name, late, paused_at in (("soon", -5, None), ("late", 5, None), ("lost", 11, None), ("paused", 99, now)):
            next_at = now - timedelta(seconds=late)
            unit.session.add(Schedule(name=name, rule="1 h", next_at=next_at, paused_at=paused_at))
    assert measured(jobs).schedules_behind == 1
