"""Celery's beat over the ledger: schedules are rows and not a file, so any number of beats may run."""

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

POLL_SECONDS = 1.0

log = logger(__name__)


@contextmanager
def logging_failures(**context: str) -> Iterator[None]:
    """Log what fails within the block and go on: if beat ended, the supervisor would end web and worker too."""
    try:
        yield
    except Unavailable as error:
        log.warning("ticks delayed", reason=error.reason or error.detail, **context)
    except Exception:
        log.exception("tick failed", **context)


@dataclass(frozen=True)
class Ticker:
    """Turns due ticks into jobs, and reports that beat is alive."""

    units: UnitOfWorkFactory
    declared: Sequence[Every]

    def tick(self) -> None:
        """Enqueue a job for each schedule that is due; what fails is repeated at the next poll."""
        with logging_failures():
            due, undeclared = self._poll()
            for every in due:
                with logging_failures(schedule=every.key):
                    self._enqueue(every)
            if undeclared:
                self._delete(undeclared)
        with logging_failures():
            self._report_liveness()

    def end(self) -> None:
        """Remove beat's liveness file."""
        remove_liveness(self.units.settings.liveness_folder, "beat", os.getpid())

    def _poll(self) -> tuple[list[Every], Sequence[str]]:
        schedules = Schedules(self.units.policy)
        with self.units.open(read_only=True) as unit:
            # A beat that serves some of the apps does not know the schedules of the others.
            undeclared = () if self.units.settings.apps else schedules.undeclared(unit.session, self.declared)
            return schedules.due(unit.session, self.declared), undeclared

    def _enqueue(self, every: Every) -> None:
        with self.units.open() as unit:
            job_id = Schedules(self.units.policy).tick(unit.session, every, unit.enqueue)
        log.info("tick", schedule=every.key, job_id=None if job_id is None else str(job_id))

    def _delete(self, undeclared: Sequence[str]) -> None:
        with self.units.open() as unit:
            Schedules(self.units.policy).delete_undeclared(unit.session, self.declared)
        log.info("schedules deleted", schedules=list(undeclared))

    def _report_liveness(self) -> None:
        now = time.time()
        write_liveness(self.units.settings.liveness_folder, "beat", Liveness(os.getpid(), now, now))


def scheduler_for(ticker: Ticker) -> type[Scheduler]:
    """A scheduler for Celery's beat whose schedule is the ledger's rows."""

    class LedgerScheduler(Scheduler):
        """Polls the ledger once a second."""

        def setup_schedule(self) -> None:
            """Set up nothing: the rows are read at each tick."""

        def tick(self, *_args: object, **_options: object) -> float:
            """Turn due ticks into jobs; returns the seconds until the next poll."""
            ticker.tick()
            return POLL_SECONDS

        def close(self) -> None:
            """Close, and remove the liveness file."""
            super().close()
            ticker.end()

    return LedgerScheduler
