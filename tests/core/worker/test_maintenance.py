"""What a worker's main process repairs, and how it reports that it is alive."""

import os
import subprocess
import sys

from core.broker.publisher import FolderBroker
from core.jobs.process_names import this_machine
from core.jobs.queries import workers
from core.jobs.reaper import BATCH
from core.observability.liveness import ALIVE, MISSING, read
from core.testing import JobFactory
from core.worker.maintenance import Maintenance
from tests.core.toy.messages import WriteNote
from tests.core.worker.brokers import FakeBroker

NOTE = WriteNote(text="hello")


def run_maintenance(jobs: JobFactory, broker: FakeBroker) -> Maintenance:
    maintenance = Maintenance(jobs.units, broker, this_machine())
    maintenance.turn()
    jobs.published.clear()
    return maintenance


def ended_process() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_a_lost_hint_is_published_again(jobs: JobFactory) -> None:
    maintenance, job_id = run_maintenance(jobs, FakeBroker()), jobs.enqueue(NOTE)
    jobs.published.clear()
    jobs.clock.forward(11)
    maintenance.turn()
    assert jobs.published == [job_id]


def test_a_long_queue_gets_no_further_hints(jobs: JobFactory) -> None:
    maintenance = run_maintenance(jobs, FakeBroker(lengths={"default": 1}))
    jobs.enqueue(NOTE)
    jobs.published.clear()
    jobs.clock.forward(11)
    maintenance.turn()
    assert jobs.published == []


def test_after_the_broker_lost_its_data_every_queued_job_is_published_again(jobs: JobFactory) -> None:
    broker = FakeBroker()
    maintenance, job_id = run_maintenance(jobs, broker), jobs.enqueue(NOTE)
    jobs.published.clear()
    maintenance.turn()
    assert jobs.published == []
    broker.marker = "second"
    maintenance.turn()
    assert jobs.published == [job_id]


def test_an_unavailable_broker_stops_no_other_duty(jobs: JobFactory) -> None:
    broker = FakeBroker()
    maintenance, job_id = run_maintenance(jobs, broker), jobs.enqueue(NOTE)
    jobs.change(job_id, state="running", attempt=1, worker=this_machine().process(1, ended_process()))
    broker.is_unavailable = True
    maintenance.turn()
    assert jobs.read(job_id).state == "queued"
    assert "the broker has been unavailable" in read(jobs.units.settings.liveness_folder, "worker")[1]


def test_the_jobs_of_a_killed_process_are_requeued_at_once(jobs: JobFactory) -> None:
    maintenance, job_id = run_maintenance(jobs, FakeBroker()), jobs.enqueue(NOTE)
    jobs.change(job_id, state="running", attempt=1, worker=this_machine().process(os.getpid(), ended_process()))
    jobs.published.clear()
    maintenance.turn()
    assert (jobs.published, jobs.events(job_id)) == ([job_id], [("lost", "the worker's process ended")])


def test_a_broker_that_is_available_again_gets_the_missed_hints(jobs: JobFactory) -> None:
    broker = FakeBroker()
    maintenance = run_maintenance(jobs, broker)
    broker.is_unavailable = True
    maintenance.turn()
    job_id = jobs.enqueue(NOTE)
    jobs.published.clear()
    broker.is_unavailable = False
    maintenance.turn()
    assert jobs.published == [job_id]


def test_more_lost_hints_than_one_batch_are_published_in_one_turn(jobs: JobFactory) -> None:
    maintenance = run_maintenance(jobs, FakeBroker())
    with jobs.units.open() as unit:
        lost = {unit.enqueue(NOTE) for _ in range(BATCH + 1)}
    jobs.published.clear()
    jobs.clock.forward(11)
    maintenance.turn()
    assert set(jobs.published) == lost


def test_a_worker_that_shuts_down_releases_its_own_jobs_only(jobs: JobFactory) -> None:
    maintenance, mine, *others = run_maintenance(jobs, FakeBroker()), *(jobs.enqueue(NOTE) for _ in range(3))
    jobs.change(mine, state="running", attempt=1, worker=this_machine().process(os.getpid(), 42))
    jobs.change(others[0], state="running", attempt=1, worker="elsewhere/1-2")
    jobs.change(others[1], state="running", attempt=1, worker=this_machine().process(int(f"{os.getpid()}9"), 42))
    maintenance.release_on_shutdown()
    assert [jobs.read(job_id).state for job_id in (mine, *others)] == ["waiting", "running", "running"]
    assert jobs.events(mine) == [("released", "the worker was shut down")]
    assert jobs.reap() == [mine], "it is due at once"


def test_no_number_of_deployments_makes_a_job_fail(jobs: JobFactory) -> None:
    maintenance, job_id = run_maintenance(jobs, FakeBroker()), jobs.enqueue(NOTE)
    for attempt in range(1, 5):
        jobs.change(job_id, state="running", attempt=attempt, worker=this_machine().process(os.getpid(), 42))
        maintenance.release_on_shutdown()
        assert jobs.read(job_id).state == "waiting"
        assert jobs.reap() == [job_id]
    jobs.change(job_id, payload={"text": "hello", "then": "be unavailable"})
    assert jobs.run(job_id).state == "waiting", "it has two attempts left"
    jobs.clock.forward(60)
    assert jobs.reap() == [job_id]
    assert jobs.run(job_id).state == "failed"


def test_a_cancelled_job_ends_when_its_worker_shuts_down(jobs: JobFactory) -> None:
    maintenance, job_id = run_maintenance(jobs, FakeBroker()), jobs.enqueue(NOTE)
    mine = this_machine().process(os.getpid(), 42)
    jobs.change(job_id, state="running", attempt=1, worker=mine, cancel_requested_at=jobs.clock.now)
    maintenance.release_on_shutdown()
    assert (jobs.read(job_id).state, jobs.read(job_id).finished_at) == ("cancelled", jobs.clock.now)


def test_a_worker_that_signs_off_leaves_neither_report_nor_row(jobs: JobFactory) -> None:
    maintenance = run_maintenance(jobs, FakeBroker())
    maintenance.sign_off()
    maintenance.turn()
    assert read(jobs.units.settings.liveness_folder, "worker")[0] == MISSING
    with jobs.units.database.transaction(read_only=True) as session:
        assert workers(session) == []


def test_a_worker_writes_its_row_and_its_report(jobs: JobFactory) -> None:
    run_maintenance(jobs, FakeBroker())
    with jobs.units.database.transaction(read_only=True) as session:
        assert [worker.name for worker in workers(session)] == [this_machine().worker(os.getpid())]
    assert read(jobs.units.settings.liveness_folder, "worker") == (ALIVE, "worker is idle")


def test_the_embedded_broker_counts_hints_and_notices_that_it_was_emptied(jobs: JobFactory) -> None:
    folder = jobs.units.settings.broker_folder
    folder.mkdir(parents=True, exist_ok=True)
    broker = FolderBroker(folder)
    first = broker.epoch()
    (folder / "1_a.default.msg").touch()
    assert (broker.length("default"), broker.length("other"), broker.epoch()) == (1, 0, first)
    for file in folder.iterdir():
        file.unlink()
    assert broker.epoch() != first
