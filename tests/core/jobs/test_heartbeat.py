"""Heartbeats keep a job's lease, and tell the job when it lost it."""

from datetime import timedelta
from uuid import UUID

import pytest

from core.jobs.heartbeat import Heartbeat
from core.jobs.ledger import Cancelled, Claim, Ledger, LostLease
from core.testing.waiting import wait_until
from tests.core.events import Events
from tests.core.jobs.bench import Bench
from tests.core.marks import on_postgresql
from tests.core.toy.messages import WriteNote


def claimed(bench: Bench, ledger: Ledger) -> Claim:
    job_id = bench.enqueue(WriteNote(text="hello"))
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
