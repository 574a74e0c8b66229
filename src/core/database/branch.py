"""The declaration of an app's migrations; apart from core.database.migrate, so that web starts without Alembic."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import MetaData

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_metadata() -> MetaData:
    """The metadata of one app's tables, with names for every constraint so that migrations can drop them."""
    return MetaData(naming_convention=NAMING)


@dataclass(frozen=True)
class Branch:
    """The migrations of core or of one app; its tables' names begin with `<name>_`."""

    name: str
    metadata: MetaData
    versions: Path

    @property
    def version_table(self) -> str:
        """The table that holds the branch's revision."""
        return f"{self.name}_schema_version"

    def owns(self, table: str) -> bool:
        """Whether a table belongs to this branch."""
        return table.startswith(f"{self.name}_") and table != self.version_table
