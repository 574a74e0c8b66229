"""The ledger as the commands see it: opened on the project's database, looked at in short sessions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from core.commands.project import ProjectNames, said
from core.composition import compose
from core.console.service import JobsService
from core.jobs.messages import Message
from core.observability.logging import configure_logging
from core.unit_of_work import UnitOfWorkFactory

json_option = click.option("--json", "is_json", is_flag=True, help="Print JSON instead of text.")


@dataclass(frozen=True)
class ProjectContext:
    """Where a person at a terminal asks the ledger."""

    units: UnitOfWorkFactory
    messages: dict[str, type[Message]]

    @contextmanager
    def writing(self) -> Iterator[JobsService]:
        """The console in a transaction that commits."""
        with self.units.open() as unit:
            yield JobsService(unit)

    @contextmanager
    def reading(self) -> Iterator[JobsService]:
        """The console in a look that holds no lock."""
        with self.units.open(read_only=True) as unit:
            yield JobsService(unit)


@contextmanager
def open_project(project: ProjectNames) -> Iterator[ProjectContext]:
    """The project's ledger; what goes wrong is said in a sentence."""
    read = project.read()
    configure_logging(read.settings.model_copy(update={"log_level": "ERROR"}))
    with said():
        composition = compose(read)
        try:
            yield ProjectContext(composition.extensions.units, read.messages)
        finally:
            composition.extensions.close()
