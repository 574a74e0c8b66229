"""What a worker's main process does beside running jobs: it repairs the ledger, and says that it is alive."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

from core.broker.publisher import Broker
from core.errors import Unavailable
from core.jobs.models import Broker as SeenBroker
from core.jobs.models import Worker
from core.jobs.process_names import Machine
from core.jobs.reaper import Reaper, queue_length, running_on
from core.observability.liveness import Liveness, remove_liveness, write_liveness
from core.observability.logging import logger
from core.unit_of_work import UnitOfWorkFactory

BROKER = "default"
MOST_BATCHES = 5

log = logger(__name__)


class Maintenance:
    """One turn a second, safe in any number of workers; what is away now is tried again at the next turn."""

    def __init__(self, units: UnitOfWorkFactory, broker: Broker, machine: Machine) -> None:
        self._units = units
        self._broker = broker
        self._machine = machine
        self._reaper = Reaper(units.policy)
        self._main = os.getpid()
        self._started_at: datetime = units.policy.clock()
        self._liveness = Liveness(self._main, time.time(), time.time(), capacity=units.settings.worker_concurrency)
        self.loop_at = time.time()
        # Two, because a liveness must not wait for a database that stands still.
        self._writing, self._recording = threading.Lock(), threading.Lock()
        self._is_over = False

    def turn(self) -> None:
        """Reap, hand back, look at the broker, and say that this worker is alive."""
        for duty in (self._watch_broker, self._requeue_lost, self._reap, self._report):
            try:
                duty()
            except Unavailable as error:
                log.warning("maintenance put off", duty=duty.__name__.strip("_"), reason=error.detail)
        self.beat()

    def beat(self) -> None:
        """Keep the liveness file fresh."""
        self._liveness = replace(self._liveness, at=time.time(), loop_at=self.loop_at)
        with self._writing:
            if not self._is_over:
                write_liveness(self._units.settings.liveness_folder, "worker", self._liveness)

    def release_on_shutdown(self) -> None:
        """Give back every job that this worker's processes were running; other workers' reapers publish them."""
        with self._units.database.transaction() as session:
            jobs = self._reaper.release_on_shutdown(session, self._machine.processes(self._main))
        log.warning("jobs handed over", jobs=jobs)

    def sign_off(self) -> None:
        """Take this worker off the list of those that are alive; a turn that is under way does not put it back."""
        with self._writing:
            self._is_over = True
            remove_liveness(self._units.settings.liveness_folder, "worker", self._main)
        with self._recording, self._units.database.transaction() as session:
            worker = session.get(Worker, self._machine.worker(self._main))
            if worker is not None:
                session.delete(worker)

    def _watch_broker(self) -> None:
        try:
            epoch = self._broker.epoch()
        except Unavailable:
            since = self._liveness.broker_away_since or time.time()
            self._liveness = replace(self._liveness, broker_away_since=since)
            raise
        was_away = self._liveness.broker_away_since is not None
        self._liveness = replace(self._liveness, broker_away_since=None)
        with self._units.database.transaction(read_only=True) as session:
            seen = session.get(SeenBroker, BROKER)
        if seen is None or seen.epoch != epoch or was_away:
            self._remember(epoch)

    def _remember(self, epoch: str) -> None:
        with self._units.database.transaction() as session:
            session.merge(SeenBroker(name=BROKER, epoch=epoch))
            self._reaper.forget_hints(session)
        log.warning("the broker is new, or was away, or lost its data: every queued job is published again")

    def _requeue_lost(self) -> None:
        is_lost = self._machine.is_gone
        with self._units.database.transaction(read_only=True) as session:
            suspects = [job.worker for job in running_on(session, self._machine.name) if job.worker is not None]
        if not any(is_lost(name) for name in suspects):
            return
        with self._units.open() as unit:
            hints = self._reaper.requeue_lost(unit.session, is_lost)
            unit.hint(*hints)
        log.warning("jobs of a lost process handed back", jobs=len(hints))

    def _reap(self) -> None:
        # Bounded, because the other duties wait.
        for _ in range(MOST_BATCHES):
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
        with self._recording, self._units.database.transaction() as session:
            if self._is_over:
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
