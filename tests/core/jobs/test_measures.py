"""The measurements of the ledger, the same on both databases."""

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


def test_an_empty_ledger_is_measured(jobs: JobFactory) -> None:
    measures = measured(jobs)
    assert (measures.live, measures.ended, measures.retryable) == ([], [], {State.FAILED: 0, State.CANCELLED: 0})
    assert (measures.workers, measures.slots, measures.schedules_behind) == ({True: 0, False: 0}, 0, 0)


def test_live_jobs_are_counted_by_queue_name_and_state(jobs: JobFactory) -> None:
    jobs.enqueue(NOTE)
    jobs.enqueue(Sweep())
    jobs.clock.forward(1)
    jobs.enqueue(NOTE)
    counts = {(kind.queue, kind.name, kind.state): kind.jobs for kind in measured(jobs).live}
    assert counts == {("default", "toy.write_note", "queued"): 2, ("default", "toy.sweep", "queued"): 1}


def test_publishing_a_job_again_does_not_make_it_younger(jobs: JobFactory) -> None:
    jobs.enqueue(NOTE)
    began = jobs.clock()
    for _ in range(3):
        jobs.clock.forward(11)
        jobs.reap()
    (kind,) = measured(jobs).live
    assert kind.since == began


def test_workers_are_alive_while_they_report(jobs: JobFactory) -> None:
    now = jobs.clock()
    with jobs.units.open() as unit:
        for name, ago in (("here", 1), ("there", 14), ("gone", 16)):
            seen_at = now - timedelta(seconds=ago)
            row = Worker(name=name, queues="default", concurrency=4, started_at=now, seen_at=seen_at)
            unit.session.add(row)
    measures = measured(jobs)
    assert (measures.workers, measures.slots) == ({True: 2, False: 1}, 8)


def test_a_schedule_is_behind_if_no_beat_runs(jobs: JobFactory) -> None:
    now = jobs.clock()
    with jobs.units.open() as unit:
        for name, late, paused_at in (("soon", -5, None), ("late", 5, None), ("lost", 11, None), ("paused", 99, now)):
            next_at = now - timedelta(seconds=late)
            unit.session.add(Schedule(name=name, rule="1 h", next_at=next_at, paused_at=paused_at))
    assert measured(jobs).schedules_behind == 1
