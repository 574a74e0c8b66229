"""A worker whose children are killed goes on, and one that is asked to end does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL

import pytest
from sqlalchemy import text

from core.composition import Composition, Project
from core.jobs.queries import workers
from core.observability.liveness import ALIVE, read
from core.testing.waiting import PATIENCE, wait_until
from tests.chaos.process import children_of, parents, send
from tests.core.marks import on_postgresql, on_sqlite
from tests.core.processes import Running
from tests.core.toy.messages import WriteNote
from tests.core.workers import job, with_broker, worker

pytestmark = pytest.mark.slow


@pytest.fixture
def composition(project: Project, broker: str) -> Iterator[Composition]:
    """The project with each kind of broker."""
    composed = with_broker(project, broker)
    yield composed
    composed.extensions.close()


def signed_on(composition: Composition) -> list[str]:
    """The names of the workers that are said to be alive."""
    with composition.extensions.database.transaction(read_only=True) as session:
        return [worker.name for worker in workers(session)]


@contextmanager
def ready_worker(composition: Composition, folder: Path, stop_grace: float = PATIENCE) -> Iterator[Running]:
    """A worker that takes jobs."""
    settings = composition.extensions.settings.model_copy(update={"stop_grace": stop_grace})
    with worker(settings, folder) as process:
        wait_until(lambda: "ready." in process.output(), what="the worker")
        yield process


@on_sqlite
def test_a_worker_goes_on_when_all_its_children_are_killed(composition: Composition, tmp_path: Path) -> None:
    """The one that waits for work holds whatever lock there is to hold."""
    with ready_worker(composition, tmp_path) as process:
        send(SIGKILL, children_of(process.process.pid))
        with composition.extensions.units.open() as unit:
            job_id = unit.enqueue(WriteNote(text="hello"))
        wait_until(lambda: job(composition, job_id).state == "succeeded", what="the job's end")


@on_sqlite
def test_an_idle_worker_ends_by_itself_and_leaves_nobody_behind(composition: Composition, tmp_path: Path) -> None:
    """It does not have to be ended by its own patience."""
    with ready_worker(composition, tmp_path) as process:
        children = set(children_of(process.process.pid))
        assert process.end() == 0
        assert "handing over" not in process.output()
        wait_until(lambda: not children & parents().keys(), what="the children's end")


@on_sqlite
def test_a_worker_that_ends_by_itself_signs_off(composition: Composition, tmp_path: Path) -> None:
    """Nobody takes it for a silent one, and its liveness is not the last that was heard of it."""
    folder = composition.extensions.settings.liveness_folder
    with ready_worker(composition, tmp_path) as process:
        wait_until(lambda: len(signed_on(composition)) == 1, what="the worker's first turn")
        wait_until(lambda: read(folder, "worker")[0] == ALIVE, what="the worker's liveness")
        assert process.end() == 0
    assert signed_on(composition) == []
    assert "has no liveness" in read(folder, "worker")[1]


@on_postgresql
def test_a_worker_whose_database_answers_nobody_ends_in_time(composition: Composition, tmp_path: Path) -> None:
    """Its job waits for the database, and so does its maintenance; both for ever."""
    waiting = ready_worker(composition, tmp_path, stop_grace=4)
    with waiting as process, composition.extensions.database.transaction() as holder:
        holder.execute(text("LOCK TABLE toy_notes"))
        with composition.extensions.units.open() as unit:
            job_id = unit.enqueue(WriteNote(text="hello"))
        wait_until(lambda: job(composition, job_id).state == "running", what="the job's beginning")
        children = set(children_of(process.process.pid))
        holder.execute(text("LOCK TABLE core_jobs"))
        assert process.end() == 0
        wait_until(lambda: not children & parents().keys(), what="the children's end")
