"""The command line of the project under test."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from click.testing import CliRunner, Result

from core.commands import build_commands
from core.commands.project import ProjectNames
from core.composition import Project
from core.config import Settings
from tests.core.events import logged


@dataclass(frozen=True)
class ReadProject(ProjectNames):
    """A project that has been read already."""

    project: Project

    def read(self) -> Project:
        """The project."""
        return self.project


@dataclass(frozen=True)
class Manage:
    """Runs a command of manage.py in this process."""

    project: Project

    def __call__(self, *arguments: object, stdin: str = "") -> Result:
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(build_commands(()), words, obj=ReadProject((), self.project), input=stdin)


@pytest.fixture
def manage(project: Project, settings: Settings) -> Iterator[Manage]:
    """The commands of manage.py, for the project under test."""
    with logged(settings):
        yield Manage(project)
