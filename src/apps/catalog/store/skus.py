"""The skus that an import has met: in the database, because a file may have more than memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from apps.catalog.models.tables import ImportedSku

DELETED_AT_ONCE = 10_000


@dataclass(frozen=True)
class ImportedSkuStore:
    """Keeps, in the caller's transaction, where each sku of a file stood first."""

    session: Session

    def lines(self, import_id: UUID, skus: Iterable[str]) -> dict[str, int]:
        """The lines where these skus stood first, of those that the import has met."""
        met = select(ImportedSku.sku, ImportedSku.line)
        found = self.session.execute(met.where(ImportedSku.import_id == import_id, ImportedSku.sku.in_(skus)))
        return {row.sku: row.line for row in found}

    def add(self, import_id: UUID, lines: Mapping[str, int]) -> None:
        """Note skus that the import meets for the first time."""
        if not lines:
            return
        is_postgres = self.session.get_bind().dialect.name == "postgresql"
        insert = postgresql.insert(ImportedSku) if is_postgres else sqlite.insert(ImportedSku)
        rows = [{"import_id": import_id, "sku": sku, "line": line} for sku, line in lines.items()]
        # A worker that lost the job may be late with the same rows; its transaction ends without a commit.
        self.session.connection().execute(insert.on_conflict_do_nothing(), rows)

    def delete(self, import_id: UUID) -> bool:
        """Forget some of an import's skus; returns whether there were any."""
        mine = ImportedSku.import_id == import_id
        first = select(ImportedSku.sku).where(mine).order_by(ImportedSku.sku).limit(DELETED_AT_ONCE).subquery()
        # A range of the key: for a list of skus, a table without statistics is read once for each of them.
        last = select(func.max(first.c.sku)).scalar_subquery()
        forget = delete(ImportedSku).where(mine, ImportedSku.sku <= last)
        # Through the connection: the ORM would look for every row in its session.
        return self.session.connection().execute(forget).rowcount > 0
