"""What an app says of its migrations; apart from core.migrate, so that web starts without Alembic."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import MetaData


@dataclass(frozen=True)
class Branch:
    """The migrations of core or of one app; its tables' names begin with `<name>_`."""

    name: str
    metadata: MetaData
    versions: Path

    @property
    def version_table(self) -> str:
        """Where the database remembers the branch's revision."""
        return f"{self.name}_schema_version"

    def owns(self, table: str) -> bool:
        """Whether a table of the database belongs to this branch."""
        return table.startswith(f"{self.name}_") and table != self.version_table
