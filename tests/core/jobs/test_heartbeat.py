"""Heartbeats extend a job's lease, and report that it is lost."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from core.jobs.heartbeat import Heartbeat
from core.jobs.models import Job
from core.jobs.transitions import Cancelled, Claim, Ledger, LostLease
from core.testing import JobFactory
from core.testing.waiting import wait_until
from tests.core.events import Events
from tests.core.marks import on_postgresql
from tests.core.tables import is_lock_awaited, rename_table
from tests.core.toy.messages import WriteNote


def claimed(jobs: JobFactory, ledger: Ledger) -> Claim:
    return claim_of(jobs, ledger, jobs.enqueue(WriteNote(text="hello")))


def claim_of(jobs: JobFactory, ledger: Ledger, job_id: UUID) -> Claim:
    with jobs.units.database.transaction() as session:
        claim = ledger.claim(session, job_id, "here/1-2")
    assert claim is not None
    return claim


def due_in(jobs: JobFactory, job_id: UUID) -> timedelta:
    return jobs.read(job_id).due_at - jobs.clock.now


def test_a_beat_extends_the_lease(jobs: JobFactory) -> None:
    ledger = Ledger(jobs.units.policy)
    heartbeat, claim = Heartbeat(jobs.units.database, ledger), claimed(jobs, ledger)
    with heartbeat.of(claim):
        jobs.clock.forward(20)
        heartbeat.beat()
        heartbeat.check(claim)
        assert due_in(jobs, claim.id) == jobs.units.policy.lease
    jobs.clock.forward(5)
    heartbeat.beat()
    assert due_in(jobs, claim.id) < jobs.units.policy.lease, "the job is not run any more"


def test_a_job_that_another_worker_claimed_gets_lost_lease_at_its_next_check(jobs: JobFactory) -> None:
    ledger = Ledger(jobs.units.policy)
    heartbeat, claim = Heartbeat(jobs.units.database, ledger), claimed(jobs, ledger)
    with heartbeat.of(claim):
        jobs.change(claim.id, attempt=2)
        heartbeat.beat()
        with pytest.raises(LostLease):
            heartbeat.check(claim)


def test_a_job_that_a_client_cancelled_gets_cancelled_at_its_next_check(jobs: JobFactory) -> None:
    ledger = Ledger(jobs.units.policy)
    heartbeat, claim = Heartbeat(jobs.units.database, ledger), claimed(jobs, ledger)
    with heartbeat.of(claim):
        jobs.change(claim.id, cancel_requested_at=jobs.clock.now)
        heartbeat.beat()
        with pytest.raises(Cancelled):
            heartbeat.check(claim)


def test_two_attempts_of_a_job_in_one_process_are_distinguished(jobs: JobFactory) -> None:
    ledger = Ledger(jobs.units.policy)
    heartbeat, first = Heartbeat(jobs.units.database, ledger), claimed(jobs, ledger)
    with heartbeat.of(first):
        jobs.change(first.id, state="queued")
        second = claim_of(jobs, ledger, first.id)
        with heartbeat.of(second):
            heartbeat.beat()
            heartbeat.check(second)
            with pytest.raises(LostLease):
                heartbeat.check(first)


@on_postgresql
@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_late_beat_does_not_mark_the_next_attempt(jobs: JobFactory, state: str) -> None:
    """The beat waits for the row while its job ends; the row is then queued again, or still running and cancelled."""
    ledger = Ledger(jobs.units.policy)
    heartbeat, first = Heartbeat(jobs.units.database, ledger), claimed(jobs, ledger)
    with ThreadPoolExecutor(1) as beside:
        with jobs.units.database.transaction() as session, heartbeat.of(first):
            values = {"state": state, "cancel_requested_at": jobs.clock.now}
            session.execute(update(Job).where(Job.id == first.id).values(values))
            late = beside.submit(heartbeat.beat)
            wait_until(lambda: is_lock_awaited(jobs.units.database), what="the beat waiting for the row")
        late.result()
    jobs.change(first.id, state="queued", cancel_requested_at=None)
    second = claim_of(jobs, ledger, first.id)
    with heartbeat.of(second):
        heartbeat.check(second)


def test_the_thread_beats_by_itself(jobs: JobFactory) -> None:
    quick = Ledger(replace(jobs.policy, lease=timedelta(seconds=0.3)))
    heartbeat, claim = Heartbeat(jobs.units.database, quick), claimed(jobs, quick)
    with heartbeat.of(claim):
        jobs.clock.forward(100)
        wait_until(lambda: due_in(jobs, claim.id) > timedelta(0), what="a beat")


@on_postgresql
def test_the_thread_survives_unexpected_errors(jobs: JobFactory, events: Events) -> None:
    quick = Ledger(replace(jobs.policy, lease=timedelta(seconds=0.3)))
    heartbeat, claim = Heartbeat(jobs.units.database, quick), claimed(jobs, quick)
    rename_table(jobs.units.database, "core_jobs", "core_jobs_away")
    with heartbeat.of(claim):
        wait_until(lambda: "heartbeat failed" in {event["event"] for event in events()}, what="a beat that fails")
        rename_table(jobs.units.database, "core_jobs_away", "core_jobs")
        jobs.clock.forward(100)
        wait_until(lambda: due_in(jobs, claim.id) > timedelta(0), what="a beat")
