"""A terminal before the project under test."""

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
class Handed(ProjectNames):
    """A project that need not be read."""

    project: Project

    def read(self) -> Project:
        """The project."""
        return self.project


@dataclass(frozen=True)
class Manage:
    """Runs a command of manage.py in this process."""

    project: Project

    def __call__(self, *arguments: object, given: str = "") -> Result:
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(build_commands(()), words, obj=Handed((), self.project), input=given)


@pytest.fixture
def manage(project: Project, settings: Settings) -> Iterator[Manage]:
    """A terminal before the project."""
    with logged(settings):
        yield Manage(project)
