"""The project as a command sees it: read when the command needs it, and refused in one readable block."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from core.environ import SettingsError
from core.errors import Refusal, Unavailable
from core.factory import Project, read_project
from core.migrate import MigrationError


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
    except Unavailable as error:
        where = "DATABASE_URL, or DATA_DIR without it, says where it is"
        raise click.ClickException(f"{error.detail} ({error.reason}); {where}") from error
    except (SettingsError, MigrationError, Refusal) as error:
        raise click.ClickException(str(error)) from error


pass_names = click.make_pass_decorator(ProjectNames)
