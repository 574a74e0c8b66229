"""Retention deletes what is finished and old, and never what was accepted again."""

from concurrent.futures import ThreadPoolExecutor

from core.testing.waiting import wait_until
from tests.core.jobs.bench import Bench
from tests.core.marks import on_postgresql
from tests.core.toy.messages import WriteNote


def purge(bench: Bench) -> int:
    with bench.units.database.transaction() as session:
        return bench.reaper.purge(session)


@on_postgresql
def test_an_old_job_that_is_just_being_tried_again_is_not_deleted(bench: Bench) -> None:
    old, _ = (bench.run(bench.enqueue(WriteNote(text="hello", then="refuse"))).id for _ in range(2))
    bench.clock.forward(31 * 24 * 3600)
    with ThreadPoolExecutor(1) as beside:
        with bench.units.database.transaction() as session:
            bench.actions.retry(session, old)
            deleted = beside.submit(purge, bench)
            wait_until(bench.is_a_lock_awaited, what="the retention's wait for the row")
        assert deleted.result() == 1
    assert bench.read(old).state == "queued"
