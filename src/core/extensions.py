"""The live connections of one process, opened once and closed together."""

from dataclasses import dataclass
from functools import cached_property

from core.celery import CoreCelery, build_celery, publish
from core.config import Settings
from core.database import Database, open_database
from core.jobs.intake import Intake
from core.jobs.policy import Policy, build_policy
from core.jobs.reaper import Hint
from core.storage import Storage, open_storage
from core.unit import Units


@dataclass(frozen=True)
class Extensions:
    """Everything that lives outside the process, and the ledger's numbers."""

    settings: Settings
    database: Database
    celery: CoreCelery
    storage: Storage
    policy: Policy

    @cached_property
    def units(self) -> Units:
        """Units of work over these connections."""
        return Units(self.database, self.storage, self.settings, Intake(self.policy), self.publish)

    def publish(self, hint: Hint) -> bool:
        """Tell the workers that a job waits; False where the broker is away."""
        return publish(self.celery, hint.job_id, hint.queue)

    def close(self) -> None:
        """Give every connection back."""
        self.database.close()
        self.celery.close()


def open_extensions(settings: Settings) -> Extensions:
    """Build every connection for these settings; each connects when it is first used."""
    return Extensions(
        settings=settings,
        database=open_database(settings),
        celery=build_celery(settings),
        storage=open_storage(settings),
        policy=build_policy(settings),
    )
