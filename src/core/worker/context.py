"""What a handler knows of its job, and how it reports progress."""

from dataclasses import dataclass
from uuid import UUID

from core.database.types import storable
from core.jobs.heartbeat import Heartbeat
from core.jobs.transitions import Claim, Ledger
from core.jobs.views import Progress
from core.observability.logging import CapturedLines
from core.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class JobContext:
    """The job that a handler runs; its id is the idempotency key for effects outside the database."""

    _unit: UnitOfWork
    _claim: Claim
    _ledger: Ledger
    _heartbeat: Heartbeat
    _lines: CapturedLines

    @property
    def id(self) -> UUID:
        """The job's id."""
        return self._claim.id

    @property
    def attempt(self) -> int:
        """The number of this attempt, from 1."""
        return self._claim.attempt

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Commit the changes so far, together with the progress and the lines logged so far.

        Raises LostLease if another worker has the job now: then the changes are rolled back. Raises Cancelled if a
        client has cancelled the job. A handler whose changes must be one transaction calls `check` instead.
        """
        progress = Progress(done=done, total=total, note=note)
        self._ledger.progress(self._unit.session, self._claim, storable(progress.model_dump(mode="json")))
        self._ledger.add_log(self._unit.session, self._claim, self._lines.pending)
        self._unit.commit()
        self._lines.mark_stored()

    def check(self) -> None:
        """Raise LostLease or Cancelled if the last heartbeat found so; it reads memory only, so call it often."""
        self._heartbeat.check(self._claim)
