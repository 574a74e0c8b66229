"""The ledger's clock, times and limits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

from core.config import Settings
from core.database.types import utc_now

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Policy:
    """How long leases, graces and backoffs last, how long jobs are kept, and how many may be unfinished."""

    lease: timedelta
    grace: timedelta
    retention: timedelta
    idempotency_retention: timedelta
    max_live: int
    first_backoff: timedelta = timedelta(seconds=2)
    longest_backoff: timedelta = timedelta(minutes=5)
    clock: Clock = utc_now
    random: Callable[[], float] = SystemRandom().random

    def backoff(self, attempt: int) -> timedelta:
        """How long a job waits after this attempt: doubled each time, capped, and spread over half of that time."""
        longest = min(self.longest_backoff, self.first_backoff * float(2 ** min(attempt - 1, 20)))
        return longest * (0.5 + self.random() / 2)


def build_policy(settings: Settings) -> Policy:
    """The policy of these settings."""
    return Policy(
        lease=timedelta(seconds=settings.job_lease),
        grace=timedelta(seconds=settings.job_grace),
        retention=timedelta(days=settings.job_retention_days),
        idempotency_retention=timedelta(hours=settings.idempotency_retention_hours),
        max_live=settings.max_live_jobs,
    )
