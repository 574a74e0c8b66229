"""The worker's main process: maintenance in a thread, and an end that keeps its promise in time."""

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from billiard.process import active_children
from celery import bootsteps
from celery.signals import worker_process_init, worker_process_shutdown, worker_shutdown, worker_shutting_down

from core.broker.celery import CoreCelery
from core.errors import Unavailable
from core.observability.logging import logger
from core.observability.tracing import Tracing
from core.worker.maintenance import Maintenance

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


class ShutdownSignals:
    """What signals ask of the worker: the first to finish, the second to end at once."""

    def __init__(self) -> None:
        # A second signal may interrupt the handler of the first: only this lets itself be entered twice.
        self._signals: SimpleQueue[None] = SimpleQueue()
        self.asked = threading.Event()
        self.over = threading.Event()

    def __call__(self, **_details: object) -> None:
        """Note a signal; Celery calls this for each, in the handler itself."""
        self._signals.put(None)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the next signal; False where none came in time."""
        try:
            self._signals.get(timeout=seconds)
        except Empty:
            return False
        self.asked.set()
        return True


def run_maintenance(maintenance: Maintenance, stopping: ShutdownSignals) -> None:
    """Turn once a second until a signal comes; after it, only say that this process is alive."""
    guard = ForkGuard()
    while not stopping.asked.wait(TURN_SECONDS):
        with guard:
            _turn(maintenance)
    while not stopping.over.wait(TURN_SECONDS):
        maintenance.beat()


def shut_down_within_grace(maintenance: Maintenance, stopping: ShutdownSignals, stop_grace: float) -> None:
    """After a signal, give running jobs most of the grace, hand over the rest, and end: whatever else stands still."""
    stopping.wait()
    stopping.wait(stop_grace * PATIENCE)
    stopping.over.set()
    log.warning("handing over what still runs")
    _kill_children()
    _try_for(stop_grace * (1 - PATIENCE), maintenance.release_on_shutdown, maintenance.sign_off)
    # Celery would wait for its pool for ever; everything that must not be lost is in the database.
    os._exit(0)


def _kill_children() -> None:
    # Before their jobs are handed over, so that none of them takes another one in between.
    for child in active_children():
        if child.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)


def _try_for(seconds: float, *duties: Callable[[], None]) -> None:
    # In a thread, because a database that stands still answers nobody; then the leases run out instead.
    last = threading.Thread(target=_do_last, args=duties, name="last-duties", daemon=True)
    last.start()
    last.join(seconds)


def _do_last(*duties: Callable[[], None]) -> None:
    try:
        for duty in duties:
            duty()
    except Unavailable as error:
        log.warning("not handed over", reason=error.detail)


def _turn(maintenance: Maintenance) -> None:
    try:
        maintenance.turn()
    except Exception:  # a worker without its reaper would look alive and repair nothing
        log.exception("maintenance failed")


def connect_shutdown_signals(maintenance: Maintenance, stopping: ShutdownSignals, stop_grace: float) -> None:
    """Hear the signals that ask for an end, and sign off when the jobs and the children have ended by themselves."""
    worker_shutting_down.connect(stopping, weak=False)
    seconds = stop_grace * (1 - PATIENCE)
    worker_shutdown.connect(lambda **_details: _try_for(seconds, maintenance.sign_off), weak=False)


def trace_children(tracing: Tracing) -> None:
    """Let the pool's children trace, and send their last: they end without what a process otherwise does at its end."""
    worker_process_init.connect(lambda **_details: tracing.start(), weak=False)
    worker_process_shutdown.connect(lambda **_details: tracing.close(), weak=False)


def add_maintenance(celery: CoreCelery, open_maintenance: Callable[[], Maintenance], stop_grace: float) -> None:
    """Give the Celery object's workers their maintenance thread."""

    class MaintenanceStep(bootsteps.StartStopStep):
        """Starts with the worker's main process, and not in the pool's children."""

        requires: tuple[type[bootsteps.Step] | str, ...] = ("celery.worker.components:Timer",)

        def start(self, parent: Any) -> None:
            """Start the thread."""
            kept, stopping = open_maintenance(), ShutdownSignals()
            connect_shutdown_signals(kept, stopping, stop_grace)
            parent.timer.call_repeatedly(TURN_SECONDS, lambda: setattr(kept, "loop_at", time.time()))
            for name, target, arguments in (
                ("maintenance", run_maintenance, (kept, stopping)),
                ("shutdown", shut_down_within_grace, (kept, stopping, stop_grace)),
            ):
                threading.Thread(target=target, args=arguments, name=name, daemon=True).start()

    celery.steps["worker"].add(MaintenanceStep)
