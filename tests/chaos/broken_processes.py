"""Faults of the service's processes: killed, frozen, terminated."""

import time
from collections import Counter
from signal import SIGKILL, SIGTERM

from tests.chaos.app import Apply
from tests.chaos.process import Process, frozen, parents, send
from tests.chaos.scene import Scene
from tests.chaos.times import LATE, LEASE, STOP_GRACE

SPECIAL = 10_000_000
used = Counter[str]()


def next_number() -> int:
    """The number of a job that is not one of the load's."""
    used["special"] += 1
    return SPECIAL + used["special"]


def kill_children(scene: Scene) -> None:
    """Several, one after the other, as the kernel does when memory runs out."""
    for _ in range(4):
        child = scene.a_child()
        send(SIGKILL, [] if child is None else [child])
        scene.let_load_run(0.4)


def kill_worker(scene: Scene) -> None:
    """The main process only: its children finish their jobs and end by themselves."""
    worker = scene.a_worker()
    children = worker.children
    worker.kill(with_children=False)
    scene.let_load_run(1)
    worker.start()
    require_gone(scene, worker, children)


def kill_worker_and_children(scene: Scene) -> None:
    """As when a machine dies."""
    worker = scene.a_worker()
    worker.kill()
    scene.let_load_run(1)
    worker.start()


def kill_all_workers(scene: Scene) -> None:
    """No reaper is left."""
    for worker in scene.stack.workers:
        worker.kill()
    scene.let_load_run(1)
    for worker in scene.stack.workers:
        worker.start()


def freeze_child(scene: Scene) -> None:
    """Frozen while its jobs run elsewhere, and running again when they are done."""
    worker = scene.a_worker()
    with frozen(worker.children):
        scene.let_load_exceed(LEASE)


def kill_reaper(scene: Scene) -> None:
    """A child dies together with the main process that would requeue its job; another worker lives."""
    worker = scene.a_worker()
    send(SIGKILL, worker.children[:1])
    worker.kill()
    scene.let_load_run(LEASE)
    worker.start()


def kill_web(scene: Scene) -> None:
    """Its workers in the middle of requests, and then all of it."""
    for _ in range(3):
        with scene.waiting_writers():
            send(SIGKILL, scene.stack.web.children[:1])
        scene.let_load_run(0.4)
    scene.stack.web.kill()
    scene.let_load_run(0.3)
    scene.stack.web.start()


def terminate(scene: Scene) -> None:
    """A deployment: web and a worker get SIGTERM while jobs run that are longer than the stop grace.

    At a higher pace they are shorter, or the next faults would interrupt them until their attempts are used up.
    """
    long = [Apply(number=next_number(), before=(STOP_GRACE + 1) * scene.pace) for _ in range(3)]
    for message in long:
        scene.load.request(message)
    scene.let_load_run(0.5)
    for process in (*scene.stack.workers[:1], scene.stack.web):
        scene.ended(process, STOP_GRACE + LATE, SIGTERM)


def terminate_twice(scene: Scene) -> None:
    """A second signal that ends the wait."""
    scene.load.request(Apply(number=next_number(), before=STOP_GRACE / 2))
    scene.ended(scene.a_worker(), LATE, SIGTERM, SIGTERM)


def kill_own_process(scene: Scene) -> None:
    """A job that kills its process in each attempt."""
    for _ in range(2):
        scene.load.request(Apply(number=next_number(), then="kill itself"))
    scene.let_load_run(1)


def require_gone(scene: Scene, worker: Process, children: list[int]) -> None:
    """Report children that outlive their main process."""
    deadline = time.monotonic() + LATE
    while time.monotonic() < deadline and parents().keys() & set(children):
        time.sleep(0.1)
    if left := parents().keys() & set(children):
        scene.report(f"{worker.name} left {len(left)} children behind")
        send(SIGKILL, sorted(left))
