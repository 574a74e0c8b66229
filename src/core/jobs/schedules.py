"""Ticks: every tick of a schedule becomes one job, however many beats run; missed ticks become one job together.

A schedule that no release declares any more is deleted once it is a day late.
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
from core.jobs.statements import insert_if_absent
from core.jobs.transitions import UNSYNCHRONISED

Enqueue = Callable[[Message], UUID]
# Within this time, the beats of other releases and other apps have advanced their own schedules.
UNDECLARED_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Schedules:
    """The transitions of schedules; each method in the caller's transaction."""

    policy: Policy

    def due(self, session: Session, declared: Sequence[Every]) -> list[Every]:
        """The declared schedules that are new, changed or due; read without a write lock."""
        rows = {row.name: row for row in session.scalars(select(Schedule))}
        return [every for every in declared if self._is_due(rows.get(every.key), every)]

    def tick(self, session: Session, every: Every, enqueue: Enqueue) -> UUID | None:
        """Turn a due tick into a job; None if another beat has done so, or if the schedule is new or changed."""
        now, row = self.policy.clock(), session.get(Schedule, every.key)
        following = every.next_tick(now)
        if row is None:
            # Another beat may insert the new schedule at the same time.
            values = {"name": every.key, "rule": every.rule, "next_at": following}
            session.execute(insert_if_absent(session, Schedule).values(values))
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

    def undeclared(self, session: Session, declared: Sequence[Every]) -> Sequence[str]:
        """The names of schedules that are not declared and that no beat has advanced for a day."""
        return session.scalars(select(Schedule.name).where(*self._is_undeclared(declared))).all()

    def delete_undeclared(self, session: Session, declared: Sequence[Every]) -> None:
        """Delete these schedules; declared and paused ones stay."""
        session.execute(delete(Schedule).where(*self._is_undeclared(declared)), execution_options=UNSYNCHRONISED)

    def pause(self, session: Session, name: str) -> None:
        """Skip the ticks of a schedule; raises NotFound."""
        self._change(session, name, paused_at=self.policy.clock())

    def resume(self, session: Session, name: str) -> None:
        """Turn ticks into jobs again; ticks missed meanwhile become one job. Raises NotFound."""
        self._change(session, name, paused_at=None)

    def run_now(self, session: Session, name: str) -> None:
        """Make the next tick due now; raises NotFound, or Conflict if the schedule is paused."""
        row = _read(session, name)
        if row.paused_at is not None:
            raise Conflict(f"The schedule {name} is paused; resume it first")
        self._change(session, name, next_at=self.policy.clock())

    def _is_undeclared(self, declared: Sequence[Every]) -> tuple[ColumnElement[bool], ...]:
        late = Schedule.next_at < self.policy.clock() - UNDECLARED_FOR
        return Schedule.name.not_in([every.key for every in declared]), Schedule.paused_at.is_(None), late

    def _is_due(self, row: Schedule | None, every: Every) -> bool:
        if row is None or row.rule != every.rule:
            return True
        return row.paused_at is None and row.next_at <= self.policy.clock()

    def _advance(self, session: Session, row: Schedule, *, next_at: datetime, last_at: datetime) -> bool:
        advanced = session.execute(
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
        return advanced.first() is not None

    def _change(self, session: Session, name: str, **values: object) -> None:
        _read(session, name)
        session.execute(update(Schedule).where(Schedule.name == name).values(**values))


def _read(session: Session, name: str) -> Schedule:
    row = session.get(Schedule, name)
    if row is None:
        raise NotFound(f"There is no schedule {name}")
    return row
