"""The connections of one process, opened once and closed together."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from core.broker.celery import CoreCelery, build_celery
from core.broker.publisher import Broker, open_broker
from core.config import Settings
from core.database.engine import Database, open_database
from core.errors import Unavailable
from core.jobs.enqueue import Enqueuer
from core.jobs.policy import Policy, build_policy
from core.jobs.reaper import Hint
from core.observability.logging import logger
from core.storage import Storage, open_storage
from core.unit_of_work import UnitOfWorkFactory

log = logger(__name__)


@dataclass(frozen=True)
class Extensions:
    """The process's connections to the outside, and the ledger's policy."""

    settings: Settings
    database: Database
    celery: CoreCelery
    broker: Broker
    storage: Storage
    policy: Policy

    @cached_property
    def units(self) -> UnitOfWorkFactory:
        """Units of work over these connections."""
        return UnitOfWorkFactory(self.database, self.storage, self.settings, Enqueuer(self.policy), self.publish)

    def publish(self, hint: Hint) -> bool:
        """Publish a hint; False if the broker is unavailable, in which case the reaper publishes it later."""
        try:
            self.broker.publish(hint.job_id, hint.queue)
        except Unavailable as error:
            log.info("hint left to the reaper", job_id=str(hint.job_id), reason=error.reason)
            return False
        return True

    def checks(self) -> dict[str, Callable[[], object]]:
        """A check for each dependency, which raises Unavailable if it does not answer."""
        return {"database": self.database.ping, "broker": self.broker.ping, "storage": self.storage.ping}

    def close(self) -> None:
        """Close every connection."""
        self.database.close()
        self.celery.close()


def open_extensions(settings: Settings) -> Extensions:
    """Build the connections for these settings; each connects at its first use. Raises SettingsError."""
    return Extensions(
        settings=settings,
        database=open_database(settings),
        celery=build_celery(settings),
        broker=open_broker(settings),
        storage=open_storage(settings),
        policy=build_policy(settings),
    )
