"""Migrations: one Alembic branch for core and one per app, each with a version table of its own.

Because of the separate version tables, a process may serve some of the apps, and an app may be deleted with its
migrations: Alembic never reads a revision that it cannot find.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text

from core.database.branch import Branch
from core.database.engine import Database

SCRIPTS = Path(__file__).parent / "alembic"
ADVISORY_LOCK = 7_301_985_412  # an arbitrary number; two deployments migrate one after the other
LONGEST_ID = 32  # characters of Alembic's version tables


class MigrationError(Exception):
    """A migration command failed; the message names the branch and the reason."""


@dataclass(frozen=True)
class Migrations:
    """The migration commands over one database."""

    database: Database
    branches: tuple[Branch, ...]

    def upgrade(self) -> None:
        """Bring every branch to its newest revision."""
        for branch in self.branches:
            with self._config(branch) as config:
                command.upgrade(config, "head")

    def downgrade(self, name: str, revision: str) -> None:
        """Downgrade one branch to a revision (`base`: before the first)."""
        with self._config(self._branch(name)) as config:
            command.downgrade(config, revision)

    def migrate(self, name: str, message: str) -> Path:
        """Write a revision with the differences between models and database; returns its file."""
        with self._config(self._branch(name)) as config:
            written = command.revision(config, message, autogenerate=True, rev_id=_next_id(config, message))
        revision = written[0] if isinstance(written, list) else written
        if revision is None:
            raise MigrationError(f"{name}: no revision was written")
        return Path(revision.path)

    def check(self) -> None:
        """Raise MigrationError if models and database differ."""
        for branch in self.branches:
            with self._config(branch) as config:
                command.check(config)

    def current(self) -> dict[str, str | None]:
        """The revision of each branch in this database; None if nothing of it is applied."""
        with self.database.translated(), self.database.engine.connect() as connection:
            present = {
                branch: self.database.engine.dialect.has_table(connection, branch.version_table)
                for branch in self.branches
            }
            return {
                branch.name: connection.scalar(text(f"SELECT version_num FROM {branch.version_table}"))
                if there
                else None
                for branch, there in present.items()
            }

    def _branch(self, name: str) -> Branch:
        for branch in self.branches:
            if branch.name == name:
                return branch
        known = ", ".join(branch.name for branch in self.branches)
        raise MigrationError(f"{name}: no such branch; there are {known}")

    @contextmanager
    def _config(self, branch: Branch) -> Iterator[Config]:
        config = Config(attributes={"branch": branch})
        config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
        config.set_main_option("version_locations", str(branch.versions).replace("%", "%%"))
        config.set_main_option("path_separator", "newline")
        config.set_main_option("file_template", "%%(rev)s")
        try:
            with self.database.translated(), self.database.engine.begin() as connection:
                if not self.database.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
                config.attributes["connection"] = connection
                yield config
        except CommandError as error:
            raise MigrationError(f"{branch.name}: {error}") from error


def _next_id(config: Config, message: str) -> str:
    """A readable revision id that sorts after the branch's others: `0002_add_a_note`."""
    present = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    numbers = [int(match[1]) for revision in present if (match := re.match(r"(\d{4})(?:_|$)", revision))]
    words = re.findall(r"[a-z0-9]+", message.lower())
    return "_".join([f"{max([len(present), *numbers]) + 1:04}", *words])[:LONGEST_ID].rstrip("_")
