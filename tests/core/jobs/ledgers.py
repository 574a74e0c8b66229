"""The ledger under the state machine, and what its workers and clients know of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.database.engine import Database
from core.errors import Conflict
from core.jobs.actions import JobActions
from core.jobs.enqueue import Enqueuer
from core.jobs.models import Job, JobEvent
from core.jobs.policy import Policy
from core.jobs.reaper import Reaper
from core.jobs.transitions import Cancelled, Claim, Ledger, LostLease
from tests.core.toy.models import Note

RETENTION = timedelta(seconds=60)


class Ledgers(RuleBasedStateMachine):
    """What the four work on, and what they believe."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        policy = Policy(timedelta(seconds=6), timedelta(seconds=2), retention=RETENTION, clock=lambda: self.now)
        self.enqueuer, self.ledger = Enqueuer(policy), Ledger(policy)
        self.reaper, self.actions = Reaper(policy), JobActions(policy)
        self.accepted: list[UUID] = []
        self.held: list[tuple[str, Claim]] = []
        self.attempts: dict[UUID, int] = {}
        self.limits: dict[UUID, int] = {}
        self.purged: list[UUID] = []  # those that succeeded
        with database.transaction() as session:
            for table in (JobEvent, Job, Note):
                session.execute(delete(table))

    def in_transaction(self, work: Callable[[Session], None]) -> bool:
        """Whether the transaction committed; being refused, losing and being cancelled roll it back."""
        try:
            with self.database.transaction() as session:
                work(session)
        except (Conflict, LostLease, Cancelled):
            return False
        return True

    def any_job(self, pick: int) -> UUID:
        """One of the accepted jobs."""
        return self.accepted[pick % len(self.accepted)]

    def any_claim(self, pick: int) -> Claim:
        """A claim that a worker believes to hold, whether it still does or not."""
        return self.held[pick % len(self.held)][1]

    def is_newest(self, claim: Claim) -> bool:
        """Whether nobody has claimed the job after this claim."""
        return claim.attempt == self.attempts[claim.id]

    def state_of(self, job_id: UUID) -> str:
        """The state that is committed."""
        with self.database.transaction(read_only=True) as session:
            return session.get_one(Job, job_id).state

    def ask_retry(self, session: Session, job_id: UUID) -> None:
        """A person asks for another try."""
        assert self.actions.retry(session, job_id) == "default"
