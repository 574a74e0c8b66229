"""The live connections of one process, opened once and closed together."""

from dataclasses import dataclass
from functools import partial

from core.celery import CoreCelery, build_celery, publish
from core.config import Settings
from core.database import Database, open_database
from core.jobs.ledger import Ledger, build_ledger
from core.storage import Storage, open_storage
from core.unit import Units


@dataclass(frozen=True)
class Extensions:
    """Everything that lives outside the process, and the ledger's rules over it."""

    settings: Settings
    database: Database
    celery: CoreCelery
    storage: Storage
    ledger: Ledger

    @property
    def units(self) -> Units:
        """Units of work over these connections."""
        return Units(self.database, self.storage, self.settings, self.ledger, partial(publish, self.celery))

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
        ledger=build_ledger(settings),
    )
