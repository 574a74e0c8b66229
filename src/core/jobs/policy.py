"""The ledger's numbers: its clock, its times and its limits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

from core.config import Settings
from core.database.types import utc_now

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Policy:
    """How long the ledger waits for what, and how much it takes."""

    lease: timedelta = timedelta(seconds=30)
    grace: timedelta = timedelta(seconds=10)
    first_backoff: timedelta = timedelta(seconds=2)
    longest_backoff: timedelta = timedelta(minutes=5)
    retention: timedelta = timedelta(days=30)
    idempotency_retention: timedelta = timedelta(hours=24)
    max_live: int = 100_000
    clock: Clock = utc_now
    random: Callable[[], float] = SystemRandom().random

    def backoff(self, attempt: int) -> timedelta:
        """How long a job waits after this attempt: doubling, capped, and spread over half of it."""
        longest = min(self.longest_backoff, self.first_backoff * float(2 ** min(attempt - 1, 20)))
        return longest * (0.5 + self.random() / 2)


def build_policy(settings: Settings, clock: Clock = utc_now) -> Policy:
    """The numbers of the settings."""
    return Policy(
        lease=timedelta(seconds=settings.job_lease),
        grace=timedelta(seconds=settings.job_grace),
        retention=timedelta(days=settings.job_retention_days),
        idempotency_retention=timedelta(hours=settings.idempotency_retention_hours),
        max_live=settings.max_live_jobs,
        clock=clock,
    )
