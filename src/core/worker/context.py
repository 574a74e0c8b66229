"""What a handler knows of the job it runs, and how it says how far it is."""

from dataclasses import dataclass
from uuid import UUID

from core.jobs.heartbeat import Heartbeat
from core.jobs.transitions import Claim, Ledger
from core.observability.logging import KeptLines
from core.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class JobContext:
    """The job that a handler runs; its id is the idempotency key for effects outside the database."""

    unit: UnitOfWork
    claim: Claim
    ledger: Ledger
    heartbeat: Heartbeat
    lines: KeptLines

    @property
    def id(self) -> UUID:
        """The job's id."""
        return self.claim.id

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1."""
        return self.claim.attempt

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Make what was done so far last, and say how far that is; what was logged until now is told with it.

        The changes and the progress are one commit, fenced by the attempt: a worker that lost the job gets LostLease
        and its changes are gone; Cancelled is raised where a client asked for the end. A handler that must do all or
        nothing does not call this; `check` asks without a commit.
        """
        self.ledger.progress(self.unit.session, self.claim, {"done": done, "total": total, "note": note})
        self.ledger.keep(self.unit.session, self.claim, self.lines.waiting)
        self.unit.commit()
        self.lines.are_stored()

    def check(self) -> None:
        """Raise LostLease or Cancelled where the last heartbeat found so; costs nothing, so ask often."""
        self.heartbeat.check(self.claim)
