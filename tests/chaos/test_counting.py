"""The count of real jobs: what is applied a second time is seen a second time, in the ledger's app and in Celery's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from pydantic import BaseModel

from core.app import AnyApp
from core.composition import Composition
from core.database.engine import Database
from core.database.types import Document, utc_now
from core.jobs.reaper import Reaper
from core.testing import MortalRunner, ProcessKilled, RunJobs
from core.unit_of_work import UnitOfWork
from core.worker.context import JobContext
from tests.chaos import app as broken
from tests.chaos import plain
from tests.chaos.app import Apply
from tests.chaos.books import Books, EffectBooks, LedgerBooks
from tests.chaos.stack import prepare
from tests.chaos.verdict import Verdict, judge

ONE, THREE = Apply(number=1), Apply(number=3, steps=3)


@pytest.fixture
def apps() -> tuple[AnyApp, ...]:
    """The app that is broken."""
    return (broken.app,)


@pytest.fixture
def composition(composition: Composition) -> Composition:
    """A project with the tables of the suite."""
    prepare(composition.extensions.database)
    return composition


@dataclass(frozen=True)
class World:
    """A project whose workers are lost, and the suite's count of it."""

    composition: Composition
    client: FlaskClient
    run_jobs: RunJobs
    began: datetime

    @property
    def database(self) -> Database:
        """Where everything is written."""
        return self.composition.extensions.database

    def ask(self, message: Apply) -> UUID:
        """Let the job be accepted."""
        answer = self.client.post("/chaos/jobs", json=message.model_dump())
        assert answer.status_code == 202
        return UUID(answer.headers["Location"].rpartition("/")[2])

    def run_and_die(self, job_id: UUID, *, is_committed: bool) -> None:
        """Run a job in a process that dies before the job's end, with the last effect committed without it or not."""
        bound = broken.app.bound_tasks()[Apply.wire_name]

        def fated(unit: UnitOfWork, payload: Document, job: JobContext) -> BaseModel | None:
            bound(unit, payload, job)
            if is_committed:
                unit.commit()
            raise ProcessKilled

        with pytest.raises(ProcessKilled):
            MortalRunner(self.composition.extensions.units, {Apply.wire_name: fated}).run(job_id)

    def attempt_again(self) -> None:
        """Find the worker lost, and let another one run the job."""
        with self.composition.extensions.units.open() as unit:
            assert Reaper(unit.policy).requeue_lost(unit.session, lambda _worker: True)
        assert self.run_jobs() == 1

    def count(self, books: Books, message: Apply) -> Verdict:
        """What the suite makes of it."""
        expected = {message.number: message}
        return judge(expected, books.read(self.began, expected))


@pytest.fixture
def world(composition: Composition, client: FlaskClient, run_jobs: RunJobs) -> World:
    """A project, and fates for its jobs."""
    return World(composition, client, run_jobs, utc_now())


@pytest.mark.parametrize("message", [ONE, THREE], ids=["one step", "three steps"])
@pytest.mark.parametrize("is_committed", [True, False], ids=["two commits", "one commit"])
def test_an_effect_that_is_committed_without_its_jobs_end_is_counted_twice(
    is_committed: bool, message: Apply, world: World
) -> None:
    world.run_and_die(world.ask(message), is_committed=is_committed)
    world.attempt_again()
    found = world.count(LedgerBooks(world.database), message)
    assert (found.succeeded, found.lost, found.twice) == (1, 0, int(is_committed))


@pytest.mark.parametrize("message", [ONE, THREE], ids=["one step", "three steps"])
def test_a_message_that_celery_delivers_twice_is_counted_twice(message: Apply, world: World) -> None:
    books, task_id = EffectBooks(world.database), str(uuid4())
    plain.run(world.database, message, task_id)
    assert world.count(books, message).twice == 0
    plain.run(world.database, message, task_id)
    assert world.count(books, message).twice == message.steps
