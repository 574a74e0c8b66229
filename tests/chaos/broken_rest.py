"""Faults of the database and of beat, and a long job."""

import time
from datetime import datetime
from signal import SIGQUIT

from core.database.types import utc_now
from core.testing.services import PostgresServer
from tests.chaos.app import Apply
from tests.chaos.broken_processes import next_number
from tests.chaos.process import frozen
from tests.chaos.scene import Scene, all_of
from tests.chaos.ticks import made_jobs, missing, repeated
from tests.chaos.times import LATE, LEASE


def postgres_of(scene: Scene) -> PostgresServer:
    """The stack's server; raises LookupError if it has none."""
    if scene.stack.postgres is None:
        raise LookupError("there is no PostgreSQL in this stack")
    return scene.stack.postgres


def restart_postgres(scene: Scene) -> None:
    """It is killed, unavailable for some seconds, and recovers from its log."""
    server = postgres_of(scene)
    server.stop(SIGQUIT)
    scene.let_load_run(3)
    server.start()


def kill_backend(scene: Scene) -> None:
    """Every session is terminated, several times."""
    for _ in range(3):
        postgres_of(scene).execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        scene.let_load_run(0.5)


def freeze_postgres(scene: Scene) -> None:
    """It is frozen for longer than a lease, with open transactions."""
    with frozen(all_of(postgres_of(scene))):
        scene.let_load_exceed(LEASE)


def double_beat(scene: Scene) -> None:
    """No beat, then two: every tick becomes one job."""
    began = utc_now()
    beat, other = scene.stack.beat, scene.stack.another_beat()
    beat.kill()
    scene.let_load_run(1)
    for process in (beat, other):
        process.start()
    for process in (beat, other):
        process.wait()
    scene.let_load_run(4)
    require_ticks(scene, began, utc_now())
    other.kill()
    for finding in repeated(made_jobs(scene.stack.database)):
        scene.report(finding)


def require_ticks(scene: Scene, since: datetime, until: datetime) -> None:
    """Report ticks without a job; those that passed without a beat share one."""
    deadline = time.monotonic() + LATE
    while (left := missing(made_jobs(scene.stack.database), since, until)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if left:
        scene.report(f"no job for {len(left)} ticks")


def long_job(scene: Scene) -> None:
    """It runs past the broker's visibility timeout, and past its lease."""
    scene.load.request(Apply(number=next_number(), before=scene.stack.subject.long))
    scene.let_load_run(1)
