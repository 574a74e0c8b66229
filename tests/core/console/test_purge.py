"""The ledger's own job: what is older than the retention goes, in batches, and the rest stays."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from core.composition import Composition
from core.console.tasks import PurgeJobs
from core.jobs.models import Job
from core.jobs.reaper import BATCH
from core.jobs.states import State
from core.testing import JobFactory, RunJobs
from tests.core.marks import on_sqlite
from tests.core.toy.messages import WriteMany, WriteNote


def age(composition: Composition, *job_ids: UUID) -> None:
    """Let jobs have ended long before the retention began."""
    policy = composition.extensions.policy
    with composition.extensions.database.transaction() as session:
        old = policy.clock() - policy.retention - timedelta(days=1)
        session.execute(update(Job).where(Job.id.in_(job_ids)).values(updated_at=old))


def test_old_jobs_go_and_the_rest_stays(composition: Composition, jobs: JobFactory, run_jobs: RunJobs) -> None:
    old, live, fresh = (
        jobs.make(State.FAILED, WriteNote(text="old")),
        jobs.make(State.RUNNING, WriteNote(text="live")),
        jobs.make(State.FAILED, WriteNote(text="fresh")),
    )
    age(composition, old, live)
    purge = jobs.enqueue(PurgeJobs())
    run_jobs()
    assert (jobs.read(purge).result, jobs.read(live).state, jobs.read(fresh).state) == (
        {"jobs": 1},
        "running",
        "failed",
    )


@on_sqlite
def test_more_than_one_batch_goes(composition: Composition, jobs: JobFactory, run_jobs: RunJobs) -> None:
    count = BATCH + 1
    age(composition, *(jobs.make(State.CANCELLED, WriteMany(count=number)) for number in range(count)))
    purge = jobs.enqueue(PurgeJobs())
    run_jobs()
    assert jobs.read(purge).result == {"jobs": count}
