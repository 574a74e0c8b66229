"""Celery's beat over the ledger: it keeps no schedule file, so any number of beats may run."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from celery.beat import Scheduler

from core.errors import Unavailable
from core.jobs.messages import Every
from core.jobs.schedules import Schedules
from core.observability.liveness import Liveness, remove_liveness, write_liveness
from core.observability.logging import logger
from core.unit_of_work import UnitOfWorkFactory

WAIT_SECONDS = 1.0

log = logger(__name__)


@contextmanager
def outlived(**told: str) -> Iterator[None]:
    """Log what fails within the block and go on: a beat that ended would take web and worker with it."""
    try:
        yield
    except Unavailable as error:
        log.warning("ticks put off", reason=error.reason or error.detail, **told)
    except Exception:
        log.exception("tick failed", **told)


@dataclass(frozen=True)
class Ticker:
    """Turns due ticks into jobs, and says that beat is alive."""

    units: UnitOfWorkFactory
    declared: Sequence[Every]

    def tick(self) -> None:
        """Enqueue one job for each schedule whose tick has come; what fails is tried again at the next look."""
        with outlived():
            waiting, left = self._look()
            for every in waiting:
                with outlived(schedule=every.key):
                    self._enqueue(every)
            if left:
                self._forget(left)
        with outlived():
            self._beat()

    def end(self) -> None:
        """Say no more that beat is alive."""
        remove_liveness(self.units.settings.liveness_folder, "beat", os.getpid())

    def _look(self) -> tuple[list[Every], Sequence[str]]:
        known = Schedules(self.units.policy)
        with self.units.open(read_only=True) as unit:
            # A beat of some apps cannot know what the others declare.
            left = () if self.units.settings.apps else known.left(unit.session, self.declared)
            return known.waiting(unit.session, self.declared), left

    def _enqueue(self, every: Every) -> None:
        with self.units.open() as unit:
            job_id = Schedules(self.units.policy).tick(unit.session, every, unit.enqueue)
        log.info("tick", schedule=every.key, job_id=None if job_id is None else str(job_id))

    def _forget(self, left: Sequence[str]) -> None:
        with self.units.open() as unit:
            Schedules(self.units.policy).forget(unit.session, self.declared)
        log.info("schedules forgotten", schedules=list(left))

    def _beat(self) -> None:
        now = time.time()
        write_liveness(self.units.settings.liveness_folder, "beat", Liveness(os.getpid(), now, now))


def scheduler_for(ticker: Ticker) -> type[Scheduler]:
    """A scheduler for Celery's beat whose schedule is the ledger's rows."""

    class LedgerScheduler(Scheduler):
        """Looks at the ledger once a second."""

        def setup_schedule(self) -> None:
            """Do without entries: the rows are read at each tick."""

        def tick(self, *_args: object, **_options: object) -> float:
            """Turn due ticks into jobs; returns the seconds until the next look."""
            ticker.tick()
            return WAIT_SECONDS

        def close(self) -> None:
            """Beat ends by itself."""
            super().close()
            ticker.end()

    return LedgerScheduler
