"""The project as a command sees it: read when the command needs it, and refused in one readable block."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from sqlalchemy.exc import ProgrammingError

from core.commands.tables import printable
from core.composition import Project, read_project
from core.database.migrate import MigrationError
from core.environ import SettingsError
from core.errors import Refusal, Unavailable

AN_ID = "6f1ed002-ab59-4c8b-8f0f-0fb5d6d3a8a8"
NOT_MIGRATED = "The database has not the tables of this code; run manage.py db upgrade"


@dataclass(frozen=True)
class ProjectNames:
    """The names of the project's apps, before anything of them is imported."""

    names: tuple[str, ...]

    def read(self) -> Project:
        """Import the apps and read the settings; ends the command with every mistake where there is one."""
        with said():
            return read_project(self.names)


@contextmanager
def said() -> Iterator[None]:
    """End the command with one readable block where something is wrong that a person can put right."""
    try:
        yield
    except (SettingsError, MigrationError, Refusal) as error:
        raise click.ClickException(_sentence(error)) from error
    except ProgrammingError as error:
        raise click.ClickException(NOT_MIGRATED) from error


def _sentence(error: Exception) -> str:
    if isinstance(error, Unavailable) and error.reason.startswith("no such table"):
        return NOT_MIGRATED
    if isinstance(error, Unavailable) and error.reason:
        return f"{error.detail} ({error.reason}); DATABASE_URL, or DATA_DIR without it, says where it is"
    rules = error.violations if isinstance(error, Refusal) else ()
    lines = [*str(error).split("\n"), *(f"  {rule.pointer}: {rule.detail}" for rule in rules)]
    return "\n".join(map(printable, lines))


def examples(*lines: str) -> str:
    """Command lines to copy, for the end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


pass_names = click.make_pass_decorator(ProjectNames)
