"""Ticks: one job each, however many beats run."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from core.composition import Composition
from core.errors import Conflict, NotFound
from core.jobs.messages import Every
from core.jobs.models import Schedule
from core.jobs.queries import schedules
from core.jobs.schedules import Schedules
from core.observability.liveness import ALIVE, MISSING, read
from core.testing.waiting import PATIENCE, wait_until
from core.worker.beat import Ticker, scheduler_for
from tests.core.events import Events
from tests.core.jobs.bench import Bench
from tests.core.marks import on_postgresql
from tests.core.toy.messages import Sweep, WriteNote

HOURLY = Every(timedelta(hours=1), Sweep())
DAILY = Every(timedelta(days=1), WriteNote(text="daily"))


def beats(bench: Bench, *declared: Every, count: int = 2) -> list[Ticker]:
    return [Ticker(bench.units, declared or (HOURLY,)) for _ in range(count)]


def row(bench: Bench) -> Schedule:
    with bench.units.database.transaction(read_only=True) as session:
        return schedules(session)[0]


def names(bench: Bench) -> list[str]:
    with bench.units.database.transaction(read_only=True) as session:
        return [row.name for row in schedules(session)]


def tick_all(bench: Bench, tickers: list[Ticker]) -> int:
    before = len(bench.published)
    for ticker in tickers:
        ticker.tick()
    return len(bench.published) - before


def look(bench: Bench) -> UUID | None:
    with bench.units.open() as unit:
        return Schedules(bench.units.policy).tick(unit.session, HOURLY, unit.enqueue)


def is_somebody_waiting(bench: Bench) -> bool:
    with bench.units.database.transaction(read_only=True) as session:
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        return bool(session.scalar(text(waits)))


def test_two_beats_make_one_job_of_a_tick(bench: Bench) -> None:
    tickers = beats(bench)
    assert tick_all(bench, tickers) == 0, "the first look only remembers when the next tick is"
    bench.clock.forward(3600)
    assert tick_all(bench, tickers) == 1
    assert tick_all(bench, tickers) == 0
    assert (row(bench).last_at, row(bench).last_job_id) == (bench.clock.now, bench.published[0])


def test_a_schedule_that_no_release_declares_any_more_is_forgotten_after_a_day(bench: Bench) -> None:
    tick_all(bench, beats(bench, HOURLY, DAILY))
    [later] = beats(bench, HOURLY, count=1)
    bench.clock.forward(40 * 3600)
    tick_all(bench, [later])
    assert names(bench) == [HOURLY.key, DAILY.key], "its tick is not a day late: the release before may come back"
    bench.clock.forward(9 * 3600)
    tick_all(bench, [later])
    assert names(bench) == [HOURLY.key]


def test_a_schedule_that_may_be_anothers_is_kept(bench: Bench) -> None:
    tick_all(bench, beats(bench, HOURLY, DAILY))
    some = replace(bench.units, settings=bench.units.settings.model_copy(update={"apps": ("toy",)}))
    bench.clock.forward(10 * 24 * 3600)
    Ticker(some, [HOURLY]).tick()
    assert names(bench) == [HOURLY.key, DAILY.key], "a beat of some apps does not know the others' schedules"
    with bench.units.database.transaction() as session:
        Schedules(bench.units.policy).pause(session, DAILY.key)
    tick_all(bench, beats(bench, HOURLY))
    assert names(bench) == [HOURLY.key, DAILY.key], "a paused one stands still because somebody wants it so"


def test_ticks_that_passed_while_everything_was_down_become_one_job(bench: Bench) -> None:
    tickers = beats(bench)
    tick_all(bench, tickers)
    bench.clock.forward(5 * 3600 + 120)
    assert tick_all(bench, tickers) == 1
    assert row(bench).next_at == datetime(2026, 1, 1, 6, tzinfo=UTC)


def test_a_paused_schedule_lets_its_ticks_pass_and_catches_up_once(bench: Bench) -> None:
    tickers, known = beats(bench), Schedules(bench.units.policy)
    tick_all(bench, tickers)
    with bench.units.database.transaction() as session:
        known.pause(session, "toy.sweep")
    bench.clock.forward(7200)
    assert tick_all(bench, tickers) == 0
    with bench.units.database.transaction() as session:
        with pytest.raises(Conflict, match="paused"):
            known.run_now(session, "toy.sweep")
        known.resume(session, "toy.sweep")
    assert tick_all(bench, tickers) == 1


def test_run_now_makes_the_next_tick_due(bench: Bench) -> None:
    tickers, known = beats(bench), Schedules(bench.units.policy)
    tick_all(bench, tickers)
    bench.clock.forward(60)
    with bench.units.database.transaction() as session:
        known.run_now(session, "toy.sweep")
    assert tick_all(bench, tickers) == 1
    assert row(bench).next_at == datetime(2026, 1, 1, 1, tzinfo=UTC)


def test_a_schedule_that_nobody_declared_cannot_be_changed(bench: Bench) -> None:
    with pytest.raises(NotFound), bench.units.database.transaction() as session:
        Schedules(bench.units.policy).pause(session, "toy.nothing")


def test_a_rule_that_changed_in_the_code_takes_effect(bench: Bench) -> None:
    tick_all(bench, beats(bench))
    tick_all(bench, beats(bench, Every("30 2 * * *", Sweep())))
    assert (row(bench).rule, row(bench).next_at) == ("30 2 * * *", datetime(2026, 1, 1, 2, 30, tzinfo=UTC))


def test_beat_says_that_it_is_alive(bench: Bench) -> None:
    tick_all(bench, beats(bench, count=1))
    assert read(bench.units.settings.liveness_folder, "beat") == (ALIVE, "beat is idle")


def test_beat_says_no_more_that_it_is_alive_when_it_ended(bench: Bench, composition: Composition) -> None:
    (ticker,) = beats(bench, count=1)
    scheduler = scheduler_for(ticker)(composition.extensions.celery)
    scheduler.tick()
    assert read(bench.units.settings.liveness_folder, "beat")[0] == ALIVE
    scheduler.close()
    assert read(bench.units.settings.liveness_folder, "beat")[0] == MISSING


@on_postgresql
def test_beat_outlives_what_it_did_not_expect(bench: Bench, events: Events) -> None:
    tickers = beats(bench, count=1)
    bench.rename("core_schedules", "core_schedules_away")
    assert tick_all(bench, tickers) == 0
    assert "tick failed" in {event["event"] for event in events()}
    bench.rename("core_schedules_away", "core_schedules")
    tick_all(bench, tickers)
    assert row(bench).name == "toy.sweep"


@on_postgresql
def test_two_beats_that_meet_a_new_schedule_at_once_remember_it_once(bench: Bench) -> None:
    with ThreadPoolExecutor() as beside, bench.units.open() as first:
        assert Schedules(bench.units.policy).tick(first.session, HOURLY, first.enqueue) is None
        first.session.flush()
        second = beside.submit(look, bench)
        wait_until(lambda: is_somebody_waiting(bench), what="the second beat waiting for the first")
        first.session.commit()
        assert second.result(PATIENCE) is None
    assert row(bench).name == "toy.sweep"
