"""Retention deletes old finished jobs, and none that is being retried."""

from concurrent.futures import ThreadPoolExecutor

from core.testing import JobFactory
from core.testing.waiting import wait_until
from tests.core.marks import on_postgresql
from tests.core.tables import is_lock_awaited
from tests.core.toy.messages import WriteNote


def purge(jobs: JobFactory) -> int:
    with jobs.units.database.transaction() as session:
        return jobs.reaper.purge(session)


@on_postgresql
def test_an_old_job_that_is_being_retried_is_not_deleted(jobs: JobFactory) -> None:
    old, _ = (jobs.run(jobs.enqueue(WriteNote(text="hello", then="refuse"))).id for _ in range(2))
    jobs.clock.forward(31 * 24 * 3600)
    with ThreadPoolExecutor(1) as beside:
        with jobs.units.database.transaction() as session:
            jobs.actions.retry(session, old)
            deleted = beside.submit(purge, jobs)
            wait_until(lambda: is_lock_awaited(jobs.units.database), what="the purge waiting for the row")
        assert deleted.result() == 1
    assert jobs.read(old).state == "queued"
