"""What the state machine's rules need: jobs under a clock, and the workers' view of their claims."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.jobs.models import Job, JobEvent
from core.jobs.transitions import Cancelled, Claim, LostLease
from core.testing import JobFactory
from tests.core.toy.models import Note

RETENTION = timedelta(seconds=60)


class JobRules(RuleBasedStateMachine):
    """The ledger, and what its workers and clients know of it."""

    def __init__(self, jobs: JobFactory) -> None:
        super().__init__()
        self.jobs, self.database = jobs, jobs.units.database
        self.accepted: list[UUID] = []
        self.claims: list[tuple[str, Claim]] = []
        self.attempts: dict[UUID, int] = {}
        self.limits: dict[UUID, int] = {}
        self.purged: list[UUID] = []  # those that had succeeded
        with self.database.transaction() as session:
            for table in (JobEvent, Job, Note):
                session.execute(delete(table))

    def in_transaction(self, work: Callable[[Session], None]) -> bool:
        """Whether the transaction committed; a conflict, a lost lease and a cancelled job roll it back."""
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
        """One of the claims, whether it still holds or not."""
        return self.claims[pick % len(self.claims)][1]

    def is_newest(self, claim: Claim) -> bool:
        """Whether the job has not been claimed again after this claim."""
        return claim.attempt == self.attempts[claim.id]

    def state_of(self, job_id: UUID) -> str:
        """The committed state."""
        return self.jobs.read(job_id).state

    def retry(self, session: Session, job_id: UUID) -> None:
        """Retry a job as a client does."""
        assert self.jobs.actions.retry(session, job_id) == "default"
