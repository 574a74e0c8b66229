"""Heartbeats keep a job's lease, and tell the job when it lost it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from core.jobs.heartbeat import Heartbeat
from core.jobs.models import Job
from core.jobs.transitions import Cancelled, Claim, Ledger, LostLease
from core.testing.waiting import wait_until
from tests.core.events import Events
from tests.core.jobs.bench import Bench
from tests.core.marks import on_postgresql
from tests.core.toy.messages import WriteNote


def claimed(bench: Bench, ledger: Ledger) -> Claim:
    return claim_of(bench, ledger, bench.enqueue(WriteNote(text="hello")))


def claim_of(bench: Bench, ledger: Ledger, job_id: UUID) -> Claim:
    with bench.units.database.transaction() as session:
        claim = ledger.claim(session, job_id, "here/1-2")
    assert claim is not None
    return claim


def due_in(bench: Bench, job_id: UUID) -> timedelta:
    return bench.read(job_id).due_at - bench.clock.now


def test_a_beat_extends_the_lease(bench: Bench) -> None:
    ledger = Ledger(bench.units.policy)
    heartbeat, claim = Heartbeat(bench.units.database, ledger), claimed(bench, ledger)
    with heartbeat.of(claim):
        bench.clock.forward(20)
        heartbeat.beat()
        heartbeat.check(claim)
        assert due_in(bench, claim.id) == bench.units.policy.lease
    bench.clock.forward(5)
    heartbeat.beat()
    assert due_in(bench, claim.id) < bench.units.policy.lease, "the job is not run any more"


def test_a_job_that_somebody_else_took_hears_of_it_at_its_next_check(bench: Bench) -> None:
    ledger = Ledger(bench.units.policy)
    heartbeat, claim = Heartbeat(bench.units.database, ledger), claimed(bench, ledger)
    with heartbeat.of(claim):
        bench.change(claim.id, attempt=2)
        heartbeat.beat()
        with pytest.raises(LostLease):
            heartbeat.check(claim)


def test_a_job_that_a_client_cancelled_hears_of_it_at_its_next_check(bench: Bench) -> None:
    ledger = Ledger(bench.units.policy)
    heartbeat, claim = Heartbeat(bench.units.database, ledger), claimed(bench, ledger)
    with heartbeat.of(claim):
        bench.change(claim.id, cancel_requested_at=bench.clock.now)
        heartbeat.beat()
        with pytest.raises(Cancelled):
            heartbeat.check(claim)


def test_two_attempts_at_a_job_in_one_process_are_told_apart(bench: Bench) -> None:
    ledger = Ledger(bench.units.policy)
    heartbeat, first = Heartbeat(bench.units.database, ledger), claimed(bench, ledger)
    with heartbeat.of(first):
        bench.change(first.id, state="queued")
        second = claim_of(bench, ledger, first.id)
        with heartbeat.of(second):
            heartbeat.beat()
            heartbeat.check(second)
            with pytest.raises(LostLease):
                heartbeat.check(first)


@on_postgresql
@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_beat_that_comes_late_says_nothing_of_the_next_attempt(bench: Bench, state: str) -> None:
    """It waits for the database while its job ends: lost where it is queued again, cancelled where it still runs."""
    ledger = Ledger(bench.units.policy)
    heartbeat, first = Heartbeat(bench.units.database, ledger), claimed(bench, ledger)
    with ThreadPoolExecutor(1) as beside:
        with bench.units.database.transaction() as session, heartbeat.of(first):
            values = {"state": state, "cancel_requested_at": bench.clock.now}
            session.execute(update(Job).where(Job.id == first.id).values(values))
            late = beside.submit(heartbeat.beat)
            wait_until(bench.is_a_lock_awaited, what="the beat's wait for the row")
        late.result()
    bench.change(first.id, state="queued", cancel_requested_at=None)
    second = claim_of(bench, ledger, first.id)
    with heartbeat.of(second):
        heartbeat.check(second)


def test_the_thread_beats_by_itself(bench: Bench) -> None:
    quick = Ledger(bench.quick(lease=0.3))
    heartbeat, claim = Heartbeat(bench.units.database, quick), claimed(bench, quick)
    with heartbeat.of(claim):
        bench.clock.forward(100)
        wait_until(lambda: due_in(bench, claim.id) > timedelta(0), what="a beat")


@on_postgresql
def test_the_thread_outlives_what_it_did_not_expect(bench: Bench, events: Events) -> None:
    quick = Ledger(bench.quick(lease=0.3))
    heartbeat, claim = Heartbeat(bench.units.database, quick), claimed(bench, quick)
    bench.rename("core_jobs", "core_jobs_away")
    with heartbeat.of(claim):
        wait_until(lambda: "heartbeat failed" in {event["event"] for event in events()}, what="a beat that fails")
        bench.rename("core_jobs_away", "core_jobs")
        bench.clock.forward(100)
        wait_until(lambda: due_in(bench, claim.id) > timedelta(0), what="a beat")
