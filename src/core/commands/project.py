"""The project as commands use it: read on demand, and errors become one readable message instead of a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from sqlalchemy.exc import ProgrammingError

from core.composition import Project, read_project
from core.database.migrate import MigrationError
from core.environ import SettingsError
from core.errors import Refusal, Unavailable
from core.observability.logging import printable

EXAMPLE_ID = "6f1ed002-ab59-4c8b-8f0f-0fb5d6d3a8a8"
NOT_MIGRATED = "The database lacks tables or columns that this code needs; run manage.py db upgrade"


@dataclass(frozen=True)
class ProjectNames:
    """The names of the project's apps, which are not imported yet."""

    names: tuple[str, ...]

    def read(self) -> Project:
        """Import the apps and read the settings; ends the command with a list of all mistakes if there are any."""
        with report_errors():
            return read_project(self.names)


@contextmanager
def report_errors() -> Iterator[None]:
    """End the command with one readable message if something is wrong that its user can correct."""
    try:
        yield
    except (SettingsError, MigrationError, Refusal) as error:
        raise click.ClickException(_message(error)) from error
    except ProgrammingError as error:
        raise click.ClickException(NOT_MIGRATED) from error


def _message(error: Exception) -> str:
    if isinstance(error, Unavailable) and error.reason.startswith("no such table"):
        return NOT_MIGRATED
    if isinstance(error, Unavailable) and error.reason:
        return f"{error.detail} ({error.reason}); its address is DATABASE_URL, or DATA_DIR if that is empty"
    rules = error.violations if isinstance(error, Refusal) else ()
    lines = [*str(error).split("\n"), *(f"  {rule.pointer}: {rule.detail}" for rule in rules)]
    return "\n".join(map(printable, lines))


def examples(*lines: str) -> str:
    """Command lines to copy, as the end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


pass_names = click.make_pass_decorator(ProjectNames)
