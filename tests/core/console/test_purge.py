"""The ledger's own job: what is older than the retention goes, in batches, and the rest stays."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from core.composition import Composition
from core.console.tasks import PurgeJobs
from core.jobs.models import Job
from core.jobs.reaper import BATCH
from core.jobs.states import State
from core.testing import RunJobs
from tests.core.console.jobs import Book
from tests.core.marks import on_sqlite
from tests.core.toy.messages import WriteMany


def age(composition: Composition, *job_ids: UUID) -> None:
    """Let jobs have ended long before the retention began."""
    policy = composition.extensions.policy
    with composition.extensions.database.transaction() as session:
        old = policy.clock() - policy.retention - timedelta(days=1)
        session.execute(update(Job).where(Job.id.in_(job_ids)).values(updated_at=old))


def test_old_jobs_go_and_the_rest_stays(composition: Composition, book: Book, run_jobs: RunJobs) -> None:
    old, live, fresh = book.job(State.FAILED, "old"), book.job(State.RUNNING, "live"), book.job(State.FAILED, "fresh")
    age(composition, old, live)
    purge = book.add(message=PurgeJobs())
    run_jobs()
    assert (book.read(purge).result, book.read(live).state, book.read(fresh).state) == (
        {"jobs": 1},
        "running",
        "failed",
    )


@on_sqlite
def test_more_than_one_batch_goes(composition: Composition, book: Book, run_jobs: RunJobs) -> None:
    count = BATCH + 1
    age(composition, *(book.job(State.CANCELLED, message=WriteMany(count=number)) for number in range(count)))
    purge = book.add(message=PurgeJobs())
    run_jobs()
    assert book.read(purge).result == {"jobs": count}
