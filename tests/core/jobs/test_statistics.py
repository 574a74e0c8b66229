"""The ledger in numbers, the same on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from core.composition import Composition
from core.jobs.models import Job
from core.jobs.states import State
from core.jobs.statistics import Minute, counts, ended_since
from core.testing import JobFactory

HOUR = timedelta(hours=1)
# Any minute: no clock is read.
END = datetime(2026, 11, 22, 12, 7, tzinfo=UTC)
MINUTE = int(END.timestamp()) // 60


def ended(composition: Composition, jobs: JobFactory, state: State, seconds: float, attempt: int = 1) -> None:
    """A finished job that took this long."""
    job_id = jobs.make(state)
    with composition.extensions.database.transaction() as session:
        values = {"created_at": END - timedelta(seconds=seconds), "finished_at": END, "updated_at": END}
        session.execute(update(Job).where(Job.id == job_id).values(**values, attempt=attempt))


def test_jobs_are_counted_by_state(composition: Composition, jobs: JobFactory) -> None:
    for state in State:
        jobs.make(state)
    jobs.make(State.FAILED)
    with composition.extensions.database.transaction(read_only=True) as session:
        counted = counts(session)
    assert counted == dict.fromkeys(State, 1) | {State.FAILED: 2}


def test_what_ended_is_summed_by_minute_and_state(composition: Composition, jobs: JobFactory) -> None:
    ended(composition, jobs, State.SUCCEEDED, 1.5)
    ended(composition, jobs, State.SUCCEEDED, 2.5)
    ended(composition, jobs, State.SUCCEEDED, 999, attempt=2)
    ended(composition, jobs, State.FAILED, 10)
    jobs.enqueue()
    with composition.extensions.database.transaction(read_only=True) as session:
        summed = ended_since(session, END - HOUR)
        later = ended_since(session, END + HOUR)
    assert sorted((minute.state, minute.number, minute.jobs) for minute in summed) == [
        ("failed", MINUTE, 1),
        ("succeeded", MINUTE, 3),
    ]
    assert {minute.state: minute.seconds for minute in summed} == {
        "failed": pytest.approx(10, abs=0.001),
        "succeeded": pytest.approx(2, abs=0.001),
    }
    assert list(later) == []


def test_a_minute_without_first_attempts_has_no_average(composition: Composition, jobs: JobFactory) -> None:
    ended(composition, jobs, State.CANCELLED, 5, attempt=0)
    with composition.extensions.database.transaction(read_only=True) as session:
        (minute,) = ended_since(session, END - HOUR)
    assert minute == Minute(MINUTE, State.CANCELLED, 1, None)
