"""The products of a batch, read and written at once; the same on PostgreSQL and SQLite."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from apps.catalog.models.tables import Product
from apps.catalog.models.values import Contents

ONE_BATCH_AT_A_TIME = 2_740_986_135  # any number that nobody else uses
COLUMNS = (Product.sku, Product.name, Product.price, Product.currency, Product.stock, Product.attributes)


@dataclass(frozen=True)
class BatchStore:
    """Reads and writes many products by their sku."""

    session: Session

    def hold(self, skus: Sequence[str]) -> dict[str, Contents]:
        """The products that there are of these, unchanged by anybody else until the commit.

        Batches take turns, as they do on SQLite anyway: two that create the same products would count both as created.
        """
        if self._is_postgres:
            self.session.execute(select(func.pg_advisory_xact_lock(ONE_BATCH_AT_A_TIME)))
        found = self.session.execute(select(*COLUMNS).where(Product.sku.in_(skus)).with_for_update())
        return {row.sku: Contents(*row) for row in found}

    def write(self, products: Iterable[Contents], moment: datetime) -> None:
        """Create the products that are not there, and give the others these contents."""
        always = {"version": 1, "created_at": moment, "updated_at": moment}
        rows = [_row(contents) | always for contents in products]
        if not rows:
            return
        insert = postgresql.insert(Product) if self._is_postgres else sqlite.insert(Product)
        excluded = {column.key: insert.excluded[column.key] for column in (*COLUMNS, Product.updated_at)}
        changed = excluded | {"version": Product.version + 1}
        statement = insert.on_conflict_do_update(index_elements=[Product.sku], set_=changed)
        # Through the connection: the ORM would look at every row by itself.
        self.session.connection().execute(statement, rows)

    @property
    def _is_postgres(self) -> bool:
        return self.session.get_bind().dialect.name == "postgresql"


def _row(contents: Contents) -> dict[str, object]:
    return {column.key: getattr(contents, column.key) for column in COLUMNS}
