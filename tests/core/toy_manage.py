"""The command line of the toy's project."""

from dataclasses import dataclass

from core.commands import build_commands
from core.commands.project import ProjectNames
from core.composition import Project
from core.console import CONSOLE
from core.environ import read_settings
from tests.core.toy import app
from tests.core.toy.config import ToySettings


@dataclass(frozen=True)
class ToyNames(ProjectNames):
    """The toy's project, which has no folder in apps."""

    def read(self) -> Project:
        """Read the settings alone."""
        return Project(read_settings([ToySettings]), (CONSOLE, app))


if __name__ == "__main__":
    build_commands(())(obj=ToyNames(()))
