"""Celery's beat over the ledger: every tick of a schedule becomes one job, however many beats run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from celery.beat import Scheduler
from cronsim import CronSim
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.database import utc_now
from core.errors import Unavailable
from core.jobs.models import Schedule
from core.jobs.policy import Clock
from core.logging import logger
from core.messages import Every
from core.unit import Unit, Units

LONGEST_WAIT = timedelta(seconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

log = logger(__name__)


def next_tick(when: timedelta | str, after: datetime) -> datetime:
    """The first tick after a moment: multiples of the interval since 1970, or the crontab's times in UTC."""
    if isinstance(when, str):
        return next(CronSim(when, after.astimezone(UTC)))
    return EPOCH + ((after - EPOCH) // when + 1) * when


@dataclass(frozen=True)
class Ticker:
    """Turns due ticks into jobs; the schedule's row decides which of several beats does so."""

    units: Units
    schedule: Sequence[Every]
    clock: Clock = utc_now

    def tick(self) -> None:
        """Enqueue one job for every schedule whose tick has come; missed ticks become one."""
        for every in self.schedule:
            try:
                with self.units.open() as unit:
                    self._tick(unit, every)
            except Unavailable as error:
                log.warning("tick put off", schedule=every.message.wire_name, reason=error.detail)

    def _tick(self, unit: Unit, every: Every) -> None:
        now, name = self.clock(), every.message.wire_name
        following = next_tick(every.when, now)
        row = unit.session.scalar(select(Schedule).where(Schedule.name == name))
        if row is None:
            unit.session.add(Schedule(name=name, next_at=following))
        elif row.next_at <= now and self._advance(unit.session, row, following):
            job_id = unit.enqueue(every.message)
            log.info("tick", schedule=name, job_id=str(job_id))

    def _advance(self, session: Session, row: Schedule, following: datetime) -> bool:
        moved = session.execute(
            update(Schedule)
            .where(Schedule.name == row.name, Schedule.next_at == row.next_at)
            .values(next_at=following, last_at=row.next_at)
            .returning(Schedule.name),
            execution_options={"synchronize_session": False},
        )
        return moved.first() is not None


def scheduler_for(ticker: Ticker) -> type[Scheduler]:
    """A scheduler for Celery's beat that keeps no schedule file: the ledger's rows are the schedule."""

    class LedgerScheduler(Scheduler):
        """Ticks once a second at the latest."""

        def setup_schedule(self) -> None:
            """Do without entries: the rows are read at each tick."""

        def tick(self, *_args: object, **_options: object) -> float:
            """Turn due ticks into jobs; returns the seconds until the next look."""
            ticker.tick()
            return LONGEST_WAIT.total_seconds()

    return LedgerScheduler
