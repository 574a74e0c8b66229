"""How far imports are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from apps.catalog.errors import NoSuchImport
from apps.catalog.models.tables import Import
from apps.catalog.models.values import Counts


@dataclass(frozen=True)
class ImportStore:
    """Keeps the counts of imports in the caller's transaction."""

    session: Session

    def add(self, import_id: UUID, moment: datetime) -> None:
        """Begin to count."""
        self.session.add(Import(id=import_id, created_at=moment))

    def counts(self, import_id: UUID) -> Counts:
        """What became of the rows so far; raises NoSuchImport."""
        found = self.session.get(Import, import_id)
        if found is None:
            raise NoSuchImport(import_id)
        return Counts.model_validate(found)

    def write(self, import_id: UUID, counts: Counts) -> None:
        """Keep the counts as they are after a batch."""
        self.session.execute(update(Import).where(Import.id == import_id).values(**counts.model_dump()))

    def older(self, than: datetime) -> Sequence[UUID]:
        """The imports from before this moment."""
        return self.session.scalars(select(Import.id).where(Import.created_at < than)).all()

    def delete(self, import_id: UUID) -> None:
        """Forget an import."""
        self.session.execute(delete(Import).where(Import.id == import_id))
