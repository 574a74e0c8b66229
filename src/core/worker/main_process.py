"""The worker's main process: runs maintenance in a thread and shuts down within the grace period."""

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
# The share of the stop grace in which running jobs may finish; the rest is for releasing the others.
FINISH_SHARE = 0.8

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
    """The signals that the worker received: after the first, jobs may finish; after the second, they are released."""

    def __init__(self) -> None:
        # A second signal may interrupt the handler of the first, and a SimpleQueue is reentrant.
        self._signals: SimpleQueue[None] = SimpleQueue()
        self.is_received = threading.Event()
        self.is_time_up = threading.Event()

    def __call__(self, **_details: object) -> None:
        """Record a signal; Celery calls this in the signal handler."""
        self._signals.put(None)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the next signal; False after a timeout."""
        try:
            self._signals.get(timeout=seconds)
        except Empty:
            return False
        self.is_received.set()
        return True


def run_maintenance(maintenance: Maintenance, signals: ShutdownSignals) -> None:
    """Do the maintenance once a second until a shutdown signal; after it, only report that this process is alive."""
    maintenance.log_queues()
    guard = ForkGuard()
    while not signals.is_received.wait(TURN_SECONDS):
        with guard:
            _turn(maintenance)
    while not signals.is_time_up.wait(TURN_SECONDS):
        maintenance.report_liveness()


def shut_down_within_grace(maintenance: Maintenance, signals: ShutdownSignals, stop_grace: float) -> None:
    """After a signal, let running jobs finish for most of the grace period, release the others, and exit in time."""
    signals.wait()
    signals.wait(stop_grace * FINISH_SHARE)
    signals.is_time_up.set()
    log.warning("releasing jobs that still run")
    _kill_children()
    _run_for(stop_grace * (1 - FINISH_SHARE), maintenance.release_on_shutdown, maintenance.sign_off)
    # Celery would wait for its pool without a limit; everything that must not be lost is in the database.
    os._exit(0)


def _kill_children() -> None:
    # Before their jobs are released, so that none of them claims another job in between.
    for child in active_children():
        if child.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)


def _run_for(seconds: float, *actions: Callable[[], None]) -> None:
    # In a thread, because a frozen database does not answer at all; then the leases expire instead.
    thread = threading.Thread(target=_run_all, args=actions, name="last-actions", daemon=True)
    thread.start()
    thread.join(seconds)


def _run_all(*actions: Callable[[], None]) -> None:
    try:
        for action in actions:
            action()
    except Unavailable as error:
        log.warning("jobs not released", reason=error.reason or error.detail)


def _turn(maintenance: Maintenance) -> None:
    try:
        maintenance.turn()
    except Exception:  # a worker without its reaper would look alive and repair nothing
        log.exception("maintenance failed")


def connect_shutdown_signals(maintenance: Maintenance, signals: ShutdownSignals, stop_grace: float) -> None:
    """Record shutdown signals, and sign off when the worker ends by itself, after its jobs and children."""
    worker_shutting_down.connect(signals, weak=False)
    seconds = stop_grace * (1 - FINISH_SHARE)
    worker_shutdown.connect(lambda **_details: _run_for(seconds, maintenance.sign_off), weak=False)


def trace_children(tracing: Tracing) -> None:
    """Start tracing in the pool's children, and export their last spans: `atexit` does not run in them."""
    worker_process_init.connect(lambda **_details: tracing.start(), weak=False)
    worker_process_shutdown.connect(lambda **_details: tracing.close(), weak=False)


def add_maintenance(celery: CoreCelery, open_maintenance: Callable[[], Maintenance], stop_grace: float) -> None:
    """Add the maintenance thread to this Celery object's workers."""

    class MaintenanceStep(bootsteps.StartStopStep):
        """Starts with the worker's main process, and not in the pool's children."""

        requires: tuple[type[bootsteps.Step] | str, ...] = ("celery.worker.components:Timer",)

        def start(self, parent: Any) -> None:
            """Start the threads."""
            maintenance, signals = open_maintenance(), ShutdownSignals()
            connect_shutdown_signals(maintenance, signals, stop_grace)
            parent.timer.call_repeatedly(TURN_SECONDS, lambda: setattr(maintenance, "loop_at", time.time()))
            for name, target, arguments in (
                ("maintenance", run_maintenance, (maintenance, signals)),
                ("shutdown", shut_down_within_grace, (maintenance, signals, stop_grace)),
            ):
                threading.Thread(target=target, args=arguments, name=name, daemon=True).start()

    celery.steps["worker"].add(MaintenanceStep)
