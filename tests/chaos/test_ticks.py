"""The ticks of the schedule: the suite finds those with two jobs and those with none."""

from datetime import UTC, datetime, timedelta

import pytest

from core.app import AnyApp
from core.composition import Composition
from core.jobs.schedules import Schedules
from tests.chaos.app import Tick, app
from tests.chaos.stack import prepare
from tests.chaos.ticks import MadeJob, made_jobs, missing, repeated

START = datetime(2026, 1, 1, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.fixture
def apps() -> tuple[AnyApp, ...]:
    """The app with the schedule."""
    return (app,)


def test_a_job_for_every_tick_is_no_complaint() -> None:
    made = [MadeJob(after(second), after(second + 0.4)) for second in (1, 2, 3)]
    assert (repeated(made), missing(made, after(0.5), after(3.9))) == ([], [])


def test_ticks_that_passed_without_a_beat_are_caught_up_by_one_job() -> None:
    assert missing([MadeJob(after(1), after(4.1))], after(0), after(4.5)) == []


def test_a_tick_of_two_jobs_is_seen() -> None:
    assert repeated([MadeJob(after(1), after(1.1)), MadeJob(after(1), after(1.2))]) == [
        "2 jobs for the tick of 00:00:01"
    ]


def test_a_job_of_no_tick_is_seen() -> None:
    assert repeated([MadeJob(after(1), after(1.1)), MadeJob(None, after(1.2))]) == ["a job for no tick"]


def test_a_tick_that_was_left_out_is_seen() -> None:
    made = [MadeJob(after(second), after(second + 0.4)) for second in (1, 3)]
    assert missing(made, after(0), after(4)) == [after(2), after(4)]


def test_the_database_notes_for_which_tick_each_job_was_made(composition: Composition) -> None:
    prepare(composition.extensions.database)
    schedules, (every,) = Schedules(composition.extensions.units.policy), app.schedule
    for _ in range(3):
        with composition.extensions.units.open() as unit:
            schedules.tick(unit.session, every, unit.enqueue)
            schedules.run_now(unit.session, every.key)
    with composition.extensions.units.open() as unit:
        unit.enqueue(Tick())
    found = made_jobs(composition.extensions.database)
    # The first poll of a schedule only inserts its row.
    assert [job.tick is not None and job.tick <= job.at for job in found].count(True) == 2
    assert repeated(found) == ["a job for no tick"]
