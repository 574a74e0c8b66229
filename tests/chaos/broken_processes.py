"""Faults of our own processes: killed, frozen, asked to end."""

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
    """The number of a job that the load does not ask for."""
    used["special"] += 1
    return SPECIAL + used["special"]


def kill_children(scene: Scene) -> None:
    """Several, one after the other, as the kernel does when memory runs out."""
    for _ in range(4):
        child = scene.a_child()
        send(SIGKILL, [] if child is None else [child])
        scene.go_on(0.4)


def kill_worker(scene: Scene) -> None:
    """The main process: its children finish what they run and end by themselves."""
    worker = scene.a_worker()
    children = worker.children
    worker.kill(with_children=False)
    scene.go_on(1)
    worker.start()
    require_gone(scene, worker, children)


def kill_worker_and_children(scene: Scene) -> None:
    """As a machine does that dies."""
    worker = scene.a_worker()
    worker.kill()
    scene.go_on(1)
    worker.start()


def kill_all_workers(scene: Scene) -> None:
    """Nobody is left to repair anything."""
    for worker in scene.stack.workers:
        worker.kill()
    scene.go_on(1)
    for worker in scene.stack.workers:
        worker.start()


def freeze_child(scene: Scene) -> None:
    """Asleep while its jobs are given to others, awake when they are done."""
    worker = scene.a_worker()
    with frozen(worker.children):
        scene.outlast(LEASE)


def kill_reaper(scene: Scene) -> None:
    """A child dies, and the process that would hand its job back dies with it; another worker lives on."""
    worker = scene.a_worker()
    send(SIGKILL, worker.children[:1])
    worker.kill()
    scene.go_on(LEASE)
    worker.start()


def kill_web(scene: Scene) -> None:
    """Its workers in the middle of requests, and then all of it."""
    for _ in range(3):
        with scene.waiting_writers():
            send(SIGKILL, scene.stack.web.children[:1])
        scene.go_on(0.4)
    scene.stack.web.kill()
    scene.go_on(0.3)
    scene.stack.web.start()


def terminate(scene: Scene) -> None:
    """A deployment: web and a worker, which runs jobs that are longer than it may take, are asked to end.

    In a hurry they are shorter: what comes next would cut so long a job off again and again, until it is given up.
    """
    long = [Apply(number=next_number(), before=(STOP_GRACE + 1) * scene.pace) for _ in range(3)]
    for message in long:
        scene.load.ask(message)
    scene.go_on(0.5)
    for process in (*scene.stack.workers[:1], scene.stack.web):
        scene.ended(process, STOP_GRACE + LATE, SIGTERM)


def terminate_twice(scene: Scene) -> None:
    """A person who does not want to wait."""
    scene.load.ask(Apply(number=next_number(), before=STOP_GRACE / 2))
    scene.ended(scene.a_worker(), LATE, SIGTERM, SIGTERM)


def suicide(scene: Scene) -> None:
    """A job that ends its process each time that it is tried."""
    for _ in range(2):
        scene.load.ask(Apply(number=next_number(), then="kill itself"))
    scene.go_on(1)


def require_gone(scene: Scene, worker: Process, children: list[int]) -> None:
    """Complain of children that outlive their main process."""
    deadline = time.monotonic() + LATE
    while time.monotonic() < deadline and parents().keys() & set(children):
        time.sleep(0.1)
    if left := parents().keys() & set(children):
        scene.complain(f"{worker.name} left {len(left)} children behind")
        send(SIGKILL, sorted(left))
