"""Celery as configured: no global app, hints that arrive, and requests that do not wait for the broker."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.broker.celery import build_celery
from core.broker.transports import RUN_JOB
from core.composition import Project, compose
from core.config import Settings
from core.console import CONSOLE
from core.factory import build_worker
from core.observability.logging import logged_with
from core.testing.services import build_redis
from core.testing.waiting import wait_until
from tests.core.marks import on_sqlite
from tests.core.processes import python
from tests.core.toy.messages import Climb, WriteNote
from tests.core.workers import job, with_broker, worker

pytestmark = pytest.mark.slow

STRICT = """
from core.broker.transports import RUN_JOB
from tests.core.toy_worker import celery
celery.send_task(RUN_JOB, args=["a"], ignore_result=True)
print(sorted(name for name in celery.tasks if not name.startswith("celery.")))
"""


def test_celery_is_configured_as_designed(tmp_path: Path) -> None:
    conf = build_celery(Settings(data_dir=tmp_path, job_time_limit=60, stop_grace=7)).conf
    assert (conf.accept_content, conf.task_serializer, conf.task_ignore_result) == (["json"], "json", True)
    assert (conf.worker_prefetch_multiplier, conf.worker_concurrency) == (1, 2)
    assert (conf.task_soft_time_limit, conf.task_time_limit) == (60, 67)


def test_redis_has_timeouts() -> None:
    conf = build_celery(Settings(redis_url=SecretStr("redis://redis/0"), redis_timeout=3)).conf
    assert conf.broker_transport_options["socket_timeout"] == 3
    assert conf.broker_transport_options["socket_connect_timeout"] == 3


def test_nothing_uses_the_global_app(tmp_path: Path) -> None:
    done = python("-c", STRICT, cwd=tmp_path, C_STRICT_APP="1", DATA_DIR=str(tmp_path))
    assert (done.stdout.strip(), done.stderr) == (f"['{RUN_JOB}']", "")


@on_sqlite
def test_two_projects_in_one_process_share_nothing(project: Project, tmp_path: Path) -> None:
    other = Project(Settings(environment="test", data_dir=tmp_path / "other"), (CONSOLE,))
    ours, theirs = build_worker(compose(project)), build_worker(compose(other))
    assert ours.tasks[RUN_JOB] is not theirs.tasks[RUN_JOB]
    assert ours.conf.broker_transport_options != theirs.conf.broker_transport_options
    assert RUN_JOB not in build_celery(project.settings).tasks


@on_sqlite
def test_a_job_reaches_a_real_worker(project: Project, broker: str, tmp_path: Path) -> None:
    composition = with_broker(project, broker)
    with worker(composition.extensions.settings, tmp_path) as process:
        with logged_with(request_id="from-the-client"), composition.extensions.units.open() as unit:
            job_id = unit.enqueue(WriteNote(text="hello"))
        wait_until(lambda: job(composition, job_id).finished_at, what="the job's end")
        assert process.end() == 0
    assert job(composition, job_id).state == "succeeded"
    events = [json.loads(line) for line in process.output().splitlines() if line.startswith("{")]
    (ended,) = [event for event in events if event["event"] == "job succeeded"]
    assert (ended["request_id"], ended["job_id"], ended["job"]) == ("from-the-client", str(job_id), "toy.write_note")
    composition.extensions.close()


@on_sqlite
def test_a_worker_serves_the_queues_of_its_messages_without_a_setting(
    project: Project, broker: str, tmp_path: Path
) -> None:
    composition = with_broker(project, broker)
    with worker(composition.extensions.settings, tmp_path), composition.extensions.units.open() as unit:
        job_id = unit.enqueue(Climb(steps=0, folder=str(tmp_path)))
        unit.commit()
        wait_until(lambda: job(composition, job_id).state == "succeeded", what="the job's end")
    composition.extensions.close()


@on_sqlite
def test_a_request_succeeds_without_a_broker(project: Project, tmp_path: Path) -> None:
    server = build_redis(tmp_path)
    server.start()
    composition = with_broker(project, server.url)
    server.stop()
    with composition.extensions.units.open() as unit:
        job_id = unit.enqueue(WriteNote(text="hello"))
    assert job(composition, job_id).state == "queued"
    composition.extensions.close()
