"""The ledger as the commands see it: opened on the project's database, looked at in short sessions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from core.commands.project import ProjectNames, said
from core.composition import compose
from core.console.service import Console
from core.jobs.messages import Message
from core.observability.logging import configure_logging
from core.unit_of_work import Units

json_option = click.option("--json", "is_json", is_flag=True, help="Print JSON instead of text.")


@dataclass(frozen=True)
class Desk:
    """Where a person at a terminal asks the ledger."""

    units: Units
    messages: dict[str, type[Message]]

    @contextmanager
    def writing(self) -> Iterator[Console]:
        """The console in a transaction that commits."""
        with self.units.open() as unit:
            yield Console(unit)

    @contextmanager
    def reading(self) -> Iterator[Console]:
        """The console in a look that holds no lock."""
        with self.units.open(read_only=True) as unit:
            yield Console(unit)


@contextmanager
def opened_desk(project: ProjectNames) -> Iterator[Desk]:
    """The project's ledger; what goes wrong is said in a sentence."""
    read = project.read()
    configure_logging(read.settings.model_copy(update={"log_level": "ERROR"}))
    with said():
        composition = compose(read)
        try:
            yield Desk(composition.extensions.units, read.messages)
        finally:
            composition.extensions.close()
