"""Running one job: what it writes and how it ends are one."""

from uuid import UUID

from core.factory import Composition
from core.jobs.models import Job
from core.messages import Message
from core.testing import RunJobs
from tests.core.toy.messages import WriteNote
from tests.core.toy.service import open_notes


def enqueue(composition: Composition, message: Message) -> UUID:
    with composition.extensions.units.open() as unit:
        return unit.enqueue(message)


def read(composition: Composition, job_id: UUID) -> Job:
    with composition.extensions.database.transaction(read_only=True) as session:
        return session.get_one(Job, job_id)


def notes(composition: Composition) -> list[str]:
    with composition.extensions.units.open(read_only=True) as unit:
        return open_notes(unit).texts()


def test_a_job_that_succeeds_leaves_its_effect_and_its_result(composition: Composition, run_jobs: RunJobs) -> None:
    job_id = enqueue(composition, WriteNote(text="hello"))
    assert run_jobs() == 1
    job = read(composition, job_id)
    assert (job.state, job.result, job.attempt) == ("succeeded", {"notes": 1}, 1)
    assert job.finished_at is not None
    assert notes(composition) == ["hello"]
