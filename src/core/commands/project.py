"""The project as a command sees it: read when the command needs it, and refused in one readable block."""

from dataclasses import dataclass

import click

from core.environ import SettingsError
from core.factory import Project, read_project


@dataclass(frozen=True)
class ProjectNames:
    """The names of the project's apps, before anything of them is imported."""

    names: tuple[str, ...]

    def read(self) -> Project:
        """Import the apps and read the settings; ends the command with every mistake where there is one."""
        try:
            return read_project(self.names)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error


pass_names = click.make_pass_decorator(ProjectNames)
