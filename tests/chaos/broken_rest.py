"""Faults of the database, of beat, and of a job that takes long."""

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
    """The server, in a stack that has one."""
    if scene.stack.postgres is None:
        raise LookupError("there is no PostgreSQL in this stack")
    return scene.stack.postgres


def restart_postgres(scene: Scene) -> None:
    """It ends without a goodbye, is away for a moment and recovers from its log."""
    server = postgres_of(scene)
    server.stop(SIGQUIT)
    scene.go_on(3)
    server.start()


def kill_backend(scene: Scene) -> None:
    """Every session that works is ended, a few times."""
    for _ in range(3):
        postgres_of(scene).execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        scene.go_on(0.5)


def freeze_postgres(scene: Scene) -> None:
    """It stands still for longer than a lease, with transactions open."""
    with frozen(all_of(postgres_of(scene))):
        scene.outlast(LEASE)


def double_beat(scene: Scene) -> None:
    """No beat, then two: no tick is two jobs, and none is left out."""
    began = utc_now()
    beat, other = scene.stack.beat, scene.stack.another_beat()
    beat.kill()
    scene.go_on(1)
    for process in (beat, other):
        process.start()
    for process in (beat, other):
        process.wait()
    scene.go_on(4)
    require_ticks(scene, began, utc_now())
    other.kill()
    for complaint in repeated(made_jobs(scene.stack.database)):
        scene.complain(complaint)


def require_ticks(scene: Scene, since: datetime, until: datetime) -> None:
    """Complain of ticks that no job was made for in time; those that passed without a beat are caught up together."""
    deadline = time.monotonic() + LATE
    while (left := missing(made_jobs(scene.stack.database), since, until)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if left:
        scene.complain(f"no job for {len(left)} ticks")


def long_job(scene: Scene) -> None:
    """It runs on while the broker thinks that its message was lost, and past its lease too."""
    scene.load.ask(Apply(number=next_number(), before=scene.stack.subject.long))
    scene.go_on(1)
