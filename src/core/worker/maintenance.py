"""What a worker's main process does beside running jobs: repairs the ledger and reports that the worker is alive."""

import os
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

from core.broker.publisher import Broker
from core.errors import Unavailable
from core.jobs.models import Broker as KnownBroker
from core.jobs.models import Worker
from core.jobs.process_names import Machine
from core.jobs.reaper import Reaper, queue_length, running_on
from core.observability.liveness import Liveness, remove_liveness, write_liveness
from core.observability.logging import logger
from core.unit_of_work import UnitOfWorkFactory

BROKER = "default"
MAX_BATCHES = 5

log = logger(__name__)


class Maintenance:
    """One turn a second, safe in any number of workers; a duty that fails is repeated in the next turn.

    `queues` are those that the project's messages name, whether this worker serves them or not.
    """

    def __init__(
        self, units: UnitOfWorkFactory, broker: Broker, machine: Machine, queues: Collection[str] = ()
    ) -> None:
        self._units = units
        self._broker = broker
        self._machine = machine
        self._queues = queues
        self._reaper = Reaper(units.policy)
        self._main = os.getpid()
        self._started_at: datetime = units.policy.clock()
        self._liveness = Liveness(self._main, time.time(), time.time(), capacity=units.settings.worker_concurrency)
        self.loop_at = time.time()
        self._failures: dict[str, str] = {}
        # Two locks, because the liveness file must not wait for a frozen database.
        self._file_lock, self._row_lock = threading.Lock(), threading.Lock()
        self._is_signed_off = False

    def log_queues(self) -> None:
        """Log the queues that this worker serves, and warn of those that it leaves to others."""
        served = self._units.settings.worker_queues
        log.info("worker starting", queues=list(served))
        if unserved := sorted(set(self._queues) - set(served)):
            log.warning("queues left to other workers", queues=unserved, setting="WORKER_QUEUES")

    def turn(self) -> None:
        """Check the broker, requeue lost jobs, reap, and report that this worker is alive."""
        for duty in (self._check_broker, self._requeue_lost, self._reap, self._report):
            self._do(duty)
        self.report_liveness()

    def _do(self, duty: Callable[[], None]) -> None:
        name, failure = duty.__name__.strip("_"), ""
        try:
            duty()
        except Unavailable as error:
            failure = error.reason or error.detail
        # A duty that fails again for the same reason is not logged again.
        if failure != self._failures.get(name, ""):
            if failure:
                log.warning("maintenance delayed", duty=name, reason=failure)
            else:
                log.info("maintenance resumed", duty=name)
        self._failures[name] = failure

    def report_liveness(self) -> None:
        """Update the liveness file."""
        self._liveness = replace(self._liveness, at=time.time(), loop_at=self.loop_at)
        with self._file_lock:
            if not self._is_signed_off:
                write_liveness(self._units.settings.liveness_folder, "worker", self._liveness)

    def release_on_shutdown(self) -> None:
        """Release every job that this worker's processes run; the reapers of other workers publish them."""
        with self._units.database.transaction() as session:
            jobs = self._reaper.release_on_shutdown(session, self._machine.processes(self._main))
        log.warning("jobs released", jobs=jobs)

    def sign_off(self) -> None:
        """Remove this worker's liveness file and row; a turn that still runs does not bring them back."""
        with self._file_lock:
            self._is_signed_off = True
            remove_liveness(self._units.settings.liveness_folder, "worker", self._main)
        with self._row_lock, self._units.database.transaction() as session:
            worker = session.get(Worker, self._machine.worker(self._main))
            if worker is not None:
                session.delete(worker)

    def _check_broker(self) -> None:
        try:
            epoch = self._broker.epoch()
        except Unavailable:
            since = self._liveness.broker_down_since or time.time()
            self._liveness = replace(self._liveness, broker_down_since=since)
            raise
        was_unavailable = self._liveness.broker_down_since is not None
        self._liveness = replace(self._liveness, broker_down_since=None)
        with self._units.database.transaction(read_only=True) as session:
            known = session.get(KnownBroker, BROKER)
        if known is None or known.epoch != epoch or was_unavailable:
            self._publish_again(epoch)

    def _publish_again(self, epoch: str) -> None:
        with self._units.database.transaction() as session:
            session.merge(KnownBroker(name=BROKER, epoch=epoch))
            self._reaper.make_queued_due(session)
        log.warning("broker is new, was unavailable or lost its data: queued jobs are published again")

    def _requeue_lost(self) -> None:
        is_gone = self._machine.is_gone
        with self._units.database.transaction(read_only=True) as session:
            processes = [job.worker for job in running_on(session, self._machine.name) if job.worker is not None]
        if not any(is_gone(process) for process in processes):
            return
        with self._units.open() as unit:
            hints = self._reaper.requeue_lost(unit.session, is_gone)
            unit.hint(*hints)
        log.warning("jobs of a lost process requeued", jobs=len(hints))

    def _reap(self) -> None:
        # Bounded, because the other duties wait.
        for _ in range(MAX_BATCHES):
            if not self._is_reaping_needed():
                return
            self._reap_batch()

    def _is_reaping_needed(self) -> bool:
        with self._units.database.transaction(read_only=True) as session:
            return self._reaper.is_needed(session)

    def _reap_batch(self) -> None:
        with self._units.open() as unit:
            hints = self._reaper.reap(unit.session, self._backlog(unit.session))
            unit.hint(*hints)
        if hints:
            log.info("jobs published again", jobs=len(hints))

    def _backlog(self, session: Session) -> Callable[[str], bool]:
        @cache
        def is_backlog(queue: str) -> bool:
            try:
                return self._broker.length(queue) >= queue_length(session, queue)
            except Unavailable:
                return False

        return is_backlog

    def _report(self) -> None:
        name, now = self._machine.worker(self._main), self._units.policy.clock()
        settings = self._units.settings
        with self._row_lock, self._units.database.transaction() as session:
            if self._is_signed_off:
                return
            running = running_on(session, self._machine.processes(self._main))
            self._liveness = replace(self._liveness, running=len(running))
            session.merge(
                Worker(
                    name=name,
                    queues=",".join(settings.worker_queues),
                    concurrency=settings.worker_concurrency,
                    started_at=self._started_at,
                    seen_at=now,
                )
            )
