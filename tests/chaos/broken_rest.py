"""Faults of the database, of beat, and of a job that takes long."""

import time
from signal import SIGQUIT

from core.testing.services import PostgresServer
from tests.chaos.app import TICK_SECONDS, Apply
from tests.chaos.broken_processes import next_number
from tests.chaos.process import frozen
from tests.chaos.scene import Scene, all_of
from tests.chaos.times import LEASE


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
    """No beat, then two: each tick is one job."""
    began, ticks = time.time(), count_ticks(scene)
    beat, other = scene.stack.beat, scene.stack.another_beat()
    beat.kill()
    scene.go_on(1)
    for process in (beat, other):
        process.start()
    for process in (beat, other):
        process.wait()
    scene.go_on(4)
    other.kill()
    made, passed = count_ticks(scene) - ticks, int(time.time() / TICK_SECONDS) - int(began / TICK_SECONDS) + 1
    if not 0 < made <= passed:
        scene.complain(f"{made} jobs for {passed} ticks")


def count_ticks(scene: Scene) -> int:
    """How many ticks became jobs so far."""
    return scene.stack.books.ticks()


def long_job(scene: Scene) -> None:
    """It runs on while the broker thinks that its message was lost, and past its lease too."""
    scene.load.ask(Apply(number=next_number(), before=scene.stack.subject.long))
    scene.go_on(1)
