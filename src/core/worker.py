"""The worker's main process: maintenance in a thread, and an end that keeps its promise in time."""

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from celery import bootsteps
from celery.signals import worker_shutting_down

from core.celery import CoreCelery
from core.logging import logger
from core.maintenance import Maintenance

TURN_SECONDS = 1.0
PATIENCE = 0.8  # of the stop grace: the rest is for handing over

log = logger(__name__)


class ForkGuard:
    """Keeps the pool from forking while the maintenance thread is inside a library that a fork would break."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        os.register_at_fork(
            before=self._lock.acquire, after_in_parent=self._lock.release, after_in_child=self._lock.release
        )

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class Stopping:
    """What signals ask of the worker: the first to finish, the second to end at once."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.at_once = threading.Event()

    def __call__(self, **_details: object) -> None:
        """Count a signal; Celery calls this for each."""
        if self.asked.is_set():
            self.at_once.set()
        self.asked.set()


def keep(maintenance: Maintenance, stopping: Stopping, stop_grace: float) -> None:
    """Turn once a second until a signal comes; then give running jobs most of the grace, and hand over the rest."""
    guard = ForkGuard()
    while not stopping.asked.wait(TURN_SECONDS):
        with guard:
            _turn(maintenance)
    deadline = time.monotonic() + stop_grace * PATIENCE
    while time.monotonic() < deadline and not stopping.at_once.wait(TURN_SECONDS / 10):
        maintenance.beat()
    log.warning("handing over what still runs")
    try:
        for number in maintenance.hand_over():
            os.kill(number, signal.SIGKILL)
        maintenance.sign_off()
    finally:
        # Celery would wait for its pool for ever; everything that must not be lost is in the database.
        os._exit(0)


def _turn(maintenance: Maintenance) -> None:
    try:
        maintenance.turn()
    except Exception:  # a worker without its reaper would look alive and repair nothing
        log.exception("maintenance failed")


def add_maintenance(celery: CoreCelery, open_maintenance: Callable[[], Maintenance], stop_grace: float) -> None:
    """Give the Celery object's workers their maintenance thread."""

    class MaintenanceStep(bootsteps.StartStopStep):
        """Starts with the worker's main process, and not in the pool's children."""

        requires: tuple[type[bootsteps.Step] | str, ...] = ("celery.worker.components:Timer",)

        def start(self, parent: Any) -> None:
            """Start the thread."""
            kept, stopping = open_maintenance(), Stopping()
            worker_shutting_down.connect(stopping, weak=False)
            parent.timer.call_repeatedly(TURN_SECONDS, lambda: setattr(kept, "loop_at", time.time()))
            threading.Thread(target=keep, args=(kept, stopping, stop_grace), name="maintenance", daemon=True).start()

    celery.steps["worker"].add(MaintenanceStep)
