"""Ticks: one job each, however many beats run."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from core.composition import Composition
from core.errors import Conflict, NotFound
from core.jobs.messages import Every
from core.jobs.models import Schedule
from core.jobs.queries import schedules
from core.jobs.schedules import Schedules
from core.observability.liveness import ALIVE, MISSING, read
from core.testing import JobFactory
from core.testing.waiting import PATIENCE, wait_until
from core.worker.beat import Ticker, scheduler_for
from tests.core.events import Events
from tests.core.marks import on_postgresql
from tests.core.tables import is_lock_awaited, rename_table
from tests.core.toy.messages import Sweep, WriteNote

HOURLY = Every(timedelta(hours=1), Sweep())
DAILY = Every(timedelta(days=1), WriteNote(text="daily"))


def beats(jobs: JobFactory, *declared: Every, count: int = 2) -> list[Ticker]:
    return [Ticker(jobs.units, declared or (HOURLY,)) for _ in range(count)]


def row(jobs: JobFactory) -> Schedule:
    with jobs.units.database.transaction(read_only=True) as session:
        return schedules(session)[0]


def names(jobs: JobFactory) -> list[str]:
    with jobs.units.database.transaction(read_only=True) as session:
        return [row.name for row in schedules(session)]


def tick_all(jobs: JobFactory, tickers: list[Ticker]) -> int:
    before = len(jobs.published)
    for ticker in tickers:
        ticker.tick()
    return len(jobs.published) - before


def tick(jobs: JobFactory) -> UUID | None:
    with jobs.units.open() as unit:
        return Schedules(jobs.units.policy).tick(unit.session, HOURLY, unit.enqueue)


def test_two_beats_make_one_job_of_a_tick(jobs: JobFactory) -> None:
    tickers = beats(jobs)
    assert tick_all(jobs, tickers) == 0, "the first poll only stores when the next tick is"
    jobs.clock.forward(3600)
    assert tick_all(jobs, tickers) == 1
    assert tick_all(jobs, tickers) == 0
    assert (row(jobs).last_at, row(jobs).last_job_id) == (jobs.clock.now, jobs.published[0])


def test_a_schedule_that_is_not_declared_any_more_is_deleted_after_a_day(jobs: JobFactory) -> None:
    tick_all(jobs, beats(jobs, HOURLY, DAILY))
    [later] = beats(jobs, HOURLY, count=1)
    jobs.clock.forward(40 * 3600)
    tick_all(jobs, [later])
    assert names(jobs) == [HOURLY.key, DAILY.key], "its tick is not a day late: the old release may come back"
    jobs.clock.forward(9 * 3600)
    tick_all(jobs, [later])
    assert names(jobs) == [HOURLY.key]


def test_a_schedule_of_another_app_is_not_deleted(jobs: JobFactory) -> None:
    tick_all(jobs, beats(jobs, HOURLY, DAILY))
    some = replace(jobs.units, settings=jobs.units.settings.model_copy(update={"apps": ("toy",)}))
    jobs.clock.forward(10 * 24 * 3600)
    Ticker(some, [HOURLY]).tick()
    assert names(jobs) == [HOURLY.key, DAILY.key], "a beat of some apps does not know the others' schedules"
    with jobs.units.database.transaction() as session:
        Schedules(jobs.units.policy).pause(session, DAILY.key)
    tick_all(jobs, beats(jobs, HOURLY))
    assert names(jobs) == [HOURLY.key, DAILY.key], "a paused schedule is late on purpose"


def test_ticks_that_were_missed_become_one_job(jobs: JobFactory) -> None:
    tickers = beats(jobs)
    tick_all(jobs, tickers)
    jobs.clock.forward(5 * 3600 + 120)
    assert tick_all(jobs, tickers) == 1
    assert row(jobs).next_at == datetime(2026, 1, 1, 6, tzinfo=UTC)


def test_a_paused_schedule_skips_its_ticks_and_catches_up_once(jobs: JobFactory) -> None:
    tickers, known = beats(jobs), Schedules(jobs.units.policy)
    tick_all(jobs, tickers)
    with jobs.units.database.transaction() as session:
        known.pause(session, "toy.sweep")
    jobs.clock.forward(7200)
    assert tick_all(jobs, tickers) == 0
    with jobs.units.database.transaction() as session:
        with pytest.raises(Conflict, match="paused"):
            known.run_now(session, "toy.sweep")
        known.resume(session, "toy.sweep")
    assert tick_all(jobs, tickers) == 1


def test_run_now_makes_the_next_tick_due(jobs: JobFactory) -> None:
    tickers, known = beats(jobs), Schedules(jobs.units.policy)
    tick_all(jobs, tickers)
    jobs.clock.forward(60)
    with jobs.units.database.transaction() as session:
        known.run_now(session, "toy.sweep")
    assert tick_all(jobs, tickers) == 1
    assert row(jobs).next_at == datetime(2026, 1, 1, 1, tzinfo=UTC)


def test_an_unknown_schedule_is_not_found(jobs: JobFactory) -> None:
    with pytest.raises(NotFound), jobs.units.database.transaction() as session:
        Schedules(jobs.units.policy).pause(session, "toy.nothing")


def test_a_changed_rule_takes_effect(jobs: JobFactory) -> None:
    tick_all(jobs, beats(jobs))
    tick_all(jobs, beats(jobs, Every("30 2 * * *", Sweep())))
    assert (row(jobs).rule, row(jobs).next_at) == ("30 2 * * *", datetime(2026, 1, 1, 2, 30, tzinfo=UTC))


def test_beat_reports_that_it_is_alive(jobs: JobFactory) -> None:
    tick_all(jobs, beats(jobs, count=1))
    assert read(jobs.units.settings.liveness_folder, "beat") == (ALIVE, "beat is idle")


def test_beat_removes_its_report_when_it_ends(jobs: JobFactory, composition: Composition) -> None:
    (ticker,) = beats(jobs, count=1)
    scheduler = scheduler_for(ticker)(composition.extensions.celery)
    scheduler.tick()
    assert read(jobs.units.settings.liveness_folder, "beat")[0] == ALIVE
    scheduler.close()
    assert read(jobs.units.settings.liveness_folder, "beat")[0] == MISSING


@on_postgresql
def test_beat_survives_unexpected_errors(jobs: JobFactory, events: Events) -> None:
    tickers = beats(jobs, count=1)
    rename_table(jobs.units.database, "core_schedules", "core_schedules_away")
    assert tick_all(jobs, tickers) == 0
    assert "tick failed" in {event["event"] for event in events()}
    rename_table(jobs.units.database, "core_schedules_away", "core_schedules")
    tick_all(jobs, tickers)
    assert row(jobs).name == "toy.sweep"


@on_postgresql
def test_two_beats_insert_a_new_schedule_once(jobs: JobFactory) -> None:
    with ThreadPoolExecutor() as beside, jobs.units.open() as first:
        assert Schedules(jobs.units.policy).tick(first.session, HOURLY, first.enqueue) is None
        first.session.flush()
        second = beside.submit(tick, jobs)
        wait_until(lambda: is_lock_awaited(jobs.units.database), what="the second beat waiting for the first")
        first.session.commit()
        assert second.result(PATIENCE) is None
    assert row(jobs).name == "toy.sweep"
