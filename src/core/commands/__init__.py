"""The commands of `manage.py`."""

from collections.abc import Sequence

import click

from core.commands.db import db
from core.commands.jobs import jobs
from core.commands.liveness import liveness
from core.commands.project import ProjectNames
from core.commands.run import run
from core.commands.settings import settings
from core.commands.workers import workers


def build_commands(names: Sequence[str]) -> click.Group:
    """The command line of a project with these apps."""

    @click.group(context_settings={"help_option_names": ["-h", "--help"], "obj": ProjectNames(tuple(names))})
    def manage() -> None:
        """Run the service and operate it.

        `run` starts the service, `jobs` and `workers` show and control its work, `db` migrates its database. Settings
        come from the environment, then from the file .env; `manage.py settings` lists them. Each command has a --help.
        """

    for command in (run, jobs, workers, liveness, db, settings):
        manage.add_command(command)
    return manage
