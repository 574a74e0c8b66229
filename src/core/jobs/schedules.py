"""Ticks: every tick of a schedule becomes one job, however many beats run; missed ticks become one job together.

A schedule that no release declares any more is forgotten once it is a day late.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.jobs.messages import Every, Message
from core.jobs.models import Schedule
from core.jobs.policy import Policy
from core.jobs.statements import inserted
from core.jobs.transitions import UNSYNCHRONISED

Enqueue = Callable[[Message], UUID]
# Long enough that the beat of another release, or of other apps, has moved what is its own.
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True)
class Schedules:
    """The transitions of schedules; each method in the caller's transaction."""

    policy: Policy

    def waiting(self, session: Session, declared: Sequence[Every]) -> list[Every]:
        """The declared schedules that are new, changed or due; asked without a write lock."""
        rows = {row.name: row for row in session.scalars(select(Schedule))}
        return [every for every in declared if self._is_waiting(rows.get(every.key), every)]

    def tick(self, session: Session, every: Every, enqueue: Enqueue) -> UUID | None:
        """Turn a due tick into a job, unless another beat did; the job's id, or None."""
        now, row = self.policy.clock(), session.get(Schedule, every.key)
        following = every.next_tick(now)
        if row is None:
            # Another beat may meet the new schedule at the same moment: one of the two remembers it.
            values = {"name": every.key, "rule": every.rule, "next_at": following}
            session.execute(inserted(session, Schedule).values(values))
            return None
        if row.rule != every.rule:
            session.execute(
                update(Schedule).where(Schedule.name == row.name).values(rule=every.rule, next_at=following)
            )
            return None
        if not self._advance(session, row, next_at=following, last_at=row.next_at):
            return None
        job_id = enqueue(every.message)
        session.execute(update(Schedule).where(Schedule.name == row.name).values(last_job_id=job_id))
        return job_id

    def left(self, session: Session, declared: Sequence[Every]) -> Sequence[str]:
        """The names of the schedules that these are not, and that nobody has moved for a day."""
        return session.scalars(select(Schedule.name).where(*self._left(declared))).all()

    def forget(self, session: Session, declared: Sequence[Every]) -> None:
        """Delete what is left; the declared ones and the paused ones stay."""
        session.execute(delete(Schedule).where(*self._left(declared)), execution_options=UNSYNCHRONISED)

    def pause(self, session: Session, name: str) -> None:
        """Let the ticks of a schedule pass; raises NotFound."""
        self._change(session, name, paused_at=self.policy.clock())

    def resume(self, session: Session, name: str) -> None:
        """Turn ticks into jobs again; a tick that passed meanwhile is caught up once. Raises NotFound."""
        self._change(session, name, paused_at=None)

    def run_now(self, session: Session, name: str) -> None:
        """Make the next tick due now; raises NotFound, or Conflict where the schedule is paused."""
        row = _read(session, name)
        if row.paused_at is not None:
            raise Conflict(f"The schedule {name} is paused; resume it first")
        self._change(session, name, next_at=self.policy.clock())

    def _left(self, declared: Sequence[Every]) -> tuple[ColumnElement[bool], ...]:
        late = Schedule.next_at < self.policy.clock() - FORGOTTEN
        return Schedule.name.not_in([every.key for every in declared]), Schedule.paused_at.is_(None), late

    def _is_waiting(self, row: Schedule | None, every: Every) -> bool:
        if row is None or row.rule != every.rule:
            return True
        return row.paused_at is None and row.next_at <= self.policy.clock()

    def _advance(self, session: Session, row: Schedule, *, next_at: datetime, last_at: datetime) -> bool:
        moved = session.execute(
            update(Schedule)
            .where(
                Schedule.name == row.name,
                Schedule.next_at == row.next_at,
                Schedule.next_at <= self.policy.clock(),
                Schedule.paused_at.is_(None),
            )
            .values(next_at=next_at, last_at=last_at)
            .returning(Schedule.name),
            execution_options=UNSYNCHRONISED,
        )
        return moved.first() is not None

    def _change(self, session: Session, name: str, **values: object) -> None:
        _read(session, name)
        session.execute(update(Schedule).where(Schedule.name == name).values(**values))


def _read(session: Session, name: str) -> Schedule:
    row = session.get(Schedule, name)
    if row is None:
        raise NotFound(f"There is no schedule {name}")
    return row
