"""The count of real jobs: effects that are applied twice are counted twice, with the ledger and with Celery alone."""

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
from tests.chaos.effect_records import EffectReader, LedgerReader, PlainReader
from tests.chaos.stack import prepare
from tests.chaos.verdict import Verdict, judge

ONE, THREE = Apply(number=1), Apply(number=3, steps=3)


@pytest.fixture
def apps() -> tuple[AnyApp, ...]:
    """The app of the suite."""
    return (broken.app,)


@pytest.fixture
def composition(composition: Composition) -> Composition:
    """A project with the tables of the suite."""
    prepare(composition.extensions.database)
    return composition


@dataclass(frozen=True)
class World:
    """A project whose workers die, and the suite's count of its jobs."""

    composition: Composition
    client: FlaskClient
    run_jobs: RunJobs
    began: datetime

    @property
    def database(self) -> Database:
        """The project's database."""
        return self.composition.extensions.database

    def request(self, message: Apply) -> UUID:
        """Request a job; returns its id."""
        answer = self.client.post("/chaos/jobs", json=message.model_dump())
        assert answer.status_code == 202
        return UUID(answer.headers["Location"].rpartition("/")[2])

    def run_and_die(self, job_id: UUID, *, is_committed: bool) -> None:
        """Run a job in a process that is killed before the job's end, after its last effect was committed or not."""
        bound = broken.app.bound_tasks()[Apply.wire_name]

        def dying(unit: UnitOfWork, payload: Document, job: JobContext) -> BaseModel | None:
            bound(unit, payload, job)
            if is_committed:
                unit.commit()
            raise ProcessKilled

        with pytest.raises(ProcessKilled):
            MortalRunner(self.composition.extensions.units, {Apply.wire_name: dying}).run(job_id)

    def attempt_again(self) -> None:
        """Requeue the lost worker's job, and run it again."""
        with self.composition.extensions.units.open() as unit:
            assert Reaper(unit.policy).requeue_lost(unit.session, lambda _worker: True)
        assert self.run_jobs() == 1

    def count(self, reader: EffectReader, message: Apply) -> Verdict:
        """The suite's verdict."""
        expected = {message.number: message}
        return judge(expected, reader.read(self.began, expected))


@pytest.fixture
def world(composition: Composition, client: FlaskClient, run_jobs: RunJobs) -> World:
    """A project whose workers die."""
    return World(composition, client, run_jobs, utc_now())


@pytest.mark.parametrize("message", [ONE, THREE], ids=["one step", "three steps"])
@pytest.mark.parametrize("is_committed", [True, False], ids=["two commits", "one commit"])
def test_an_effect_that_is_committed_without_its_jobs_end_is_counted_twice(
    is_committed: bool, message: Apply, world: World
) -> None:
    world.run_and_die(world.request(message), is_committed=is_committed)
    world.attempt_again()
    found = world.count(LedgerReader(world.database), message)
    assert (found.succeeded, found.lost, found.twice) == (1, 0, int(is_committed))


@pytest.mark.parametrize("message", [ONE, THREE], ids=["one step", "three steps"])
def test_a_message_that_celery_delivers_twice_is_counted_twice(message: Apply, world: World) -> None:
    reader, task_id = PlainReader(world.database), str(uuid4())
    plain.run(world.database, message, task_id)
    assert world.count(reader, message).twice == 0
    plain.run(world.database, message, task_id)
    assert world.count(reader, message).twice == message.steps
