"""Workers: they survive their children, and shut down in time."""

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
    """The names of the workers in the ledger."""
    with composition.extensions.database.transaction(read_only=True) as session:
        return [worker.name for worker in workers(session)]


@contextmanager
def ready_worker(composition: Composition, folder: Path, stop_grace: float = PATIENCE) -> Iterator[Running]:
    """A worker that is ready."""
    settings = composition.extensions.settings.model_copy(update={"stop_grace": stop_grace})
    with worker(settings, folder) as process:
        wait_until(lambda: "ready." in process.output(), what="the worker")
        yield process


@on_sqlite
def test_a_worker_survives_the_death_of_all_its_children(composition: Composition, tmp_path: Path) -> None:
    """A child that waits for work may hold a lock of the pool."""
    with ready_worker(composition, tmp_path) as process:
        send(SIGKILL, children_of(process.process.pid))
        with composition.extensions.units.open() as unit:
            job_id = unit.enqueue(WriteNote(text="hello"))
        wait_until(lambda: job(composition, job_id).state == "succeeded", what="the job's end")


@on_sqlite
def test_a_worker_goes_on_after_handlers_that_exit(composition: Composition, tmp_path: Path) -> None:
    with ready_worker(composition, tmp_path) as process:
        with composition.extensions.units.open() as unit:
            exiting = [unit.enqueue(WriteNote(text="hello", then="exit")) for _ in range(3)]
            last = unit.enqueue(WriteNote(text="hello"))
        wait_until(lambda: job(composition, last).state == "succeeded", what="the last job's end")
        wait_until(lambda: all(job(composition, one).problem for one in exiting), what="the first attempts' end")
        assert process.end() == 0


@on_sqlite
def test_an_idle_worker_ends_before_its_grace_and_leaves_no_child(composition: Composition, tmp_path: Path) -> None:
    """It does not need the grace period."""
    with ready_worker(composition, tmp_path) as process:
        children = set(children_of(process.process.pid))
        assert process.end() == 0
        assert "releasing jobs" not in process.output()
        wait_until(lambda: not children & parents().keys(), what="the children's end")


@on_sqlite
def test_a_worker_that_ends_signs_off(composition: Composition, tmp_path: Path) -> None:
    """It leaves neither a silent worker nor a stale report."""
    folder = composition.extensions.settings.liveness_folder
    with ready_worker(composition, tmp_path) as process:
        wait_until(lambda: len(signed_on(composition)) == 1, what="the worker's first turn")
        wait_until(lambda: read(folder, "worker")[0] == ALIVE, what="the worker's liveness")
        assert process.end() == 0
    assert signed_on(composition) == []
    assert "is not running" in read(folder, "worker")[1]


@on_postgresql
def test_a_worker_whose_database_hangs_ends_in_time(composition: Composition, tmp_path: Path) -> None:
    """Its job and its maintenance wait for locks without an end."""
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
