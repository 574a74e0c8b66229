"""The ledger as the commands use it: opened on the project's database, read in short transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from core.commands.project import ProjectNames, report_errors
from core.composition import compose
from core.console.service import JobsService
from core.jobs.messages import Message
from core.observability.logging import configure_logging
from core.unit_of_work import UnitOfWorkFactory

json_option = click.option("--json", "is_json", is_flag=True, help="Print JSON instead of text.")


@dataclass(frozen=True)
class ProjectContext:
    """The project's ledger and messages, open for one command."""

    units: UnitOfWorkFactory
    messages: dict[str, type[Message]]

    @contextmanager
    def writing(self) -> Iterator[JobsService]:
        """The service of jobs, in a transaction that is committed at the end of the block."""
        with self.units.open() as unit:
            yield JobsService(unit)

    @contextmanager
    def reading(self) -> Iterator[JobsService]:
        """The service of jobs, in a transaction that only reads and holds no lock."""
        with self.units.open(read_only=True) as unit:
            yield JobsService(unit)


@contextmanager
def open_project(project: ProjectNames) -> Iterator[ProjectContext]:
    """Open the project's ledger; ends the command with a sentence if the database is unavailable."""
    read = project.read()
    configure_logging(read.settings.model_copy(update={"log_level": "ERROR"}))
    with report_errors():
        composition = compose(read)
        try:
            yield ProjectContext(composition.extensions.units, read.messages)
        finally:
            composition.extensions.close()
