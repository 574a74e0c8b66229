"""The live connections of one process, opened once and closed together."""

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
    """Everything that lives outside the process, and the ledger's numbers."""

    settings: Settings
    database: Database
    celery: CoreCelery
    broker: Broker
    storage: Storage
    policy: Policy

    @cached_property
    def units(self) -> UnitOfWorkFactory:
        """UnitOfWorkFactory of work over these connections."""
        return UnitOfWorkFactory(self.database, self.storage, self.settings, Enqueuer(self.policy), self.publish)

    def publish(self, hint: Hint) -> bool:
        """Tell the workers that a job waits; False where the broker is away, for the job's row is what counts."""
        try:
            self.broker.publish(hint.job_id, hint.queue)
        except Unavailable as error:
            log.warning("hint not published", job_id=str(hint.job_id), reason=error.reason)
            return False
        return True

    def checks(self) -> dict[str, Callable[[], object]]:
        """A check for each dependency; it raises if the dependency does not answer."""
        return {"database": self.database.ping, "broker": self.broker.ping, "storage": self.storage.ping}

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
        broker=open_broker(settings),
        storage=open_storage(settings),
        policy=build_policy(settings),
    )
