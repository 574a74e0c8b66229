"""The suite's command line: `make chaos`."""

import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import click
from pydantic import BaseModel

from tests.chaos.books import miscounted
from tests.chaos.dice import Dice
from tests.chaos.faults import ALL, FAULTS, Fault, all_shuffled, fitting
from tests.chaos.report import HEAD, Row, line, markdown
from tests.chaos.rounds import Rounds
from tests.chaos.stack import Stack, open_stack
from tests.chaos.subjects import SUBJECTS

HURRY = 0.35


@dataclass(frozen=True)
class Plan:
    """What a person asked for."""

    chosen: tuple[str, ...]
    seed: int
    rate: float

    def is_chosen(self, name: str) -> bool:
        """Whether this fault is played."""
        return not self.chosen or any(word.lower() in name.lower() for word in self.chosen)


def play(stack: Stack, plan: Plan, numbers: Iterator[int]) -> Iterator[Row]:
    """The rounds of one stack, told as they end."""
    rounds = Rounds(stack, numbers, Dice(plan.seed), plan.rate)
    faults = fitting(embedded=stack.redis is None, has_ledger=stack.subject.has_ledger)
    chosen: list[tuple[Fault, float]] = [(fault, 1) for fault in faults if plan.is_chosen(fault.name)]
    shuffled = all_shuffled(faults)
    if plan.is_chosen(shuffled.name):
        chosen.append((shuffled, HURRY))
    click.secho(line((stack.name, *HEAD[1:])), bold=True)
    rounds.warm_up()
    for fault, pace in chosen:
        row = rounds.play(fault, pace)
        click.secho(line(row.cells), fg="red" if row.violations else None)
        for violation in row.violations:
            click.secho(f"    {violation}", fg="red")
        yield row


def run(subject: str, plan: Plan, folder: Path, *, embedded: bool) -> tuple[str, list[Row], int]:
    """All rounds on one stack; its name, the rows, and how many violations there were."""
    with open_stack(SUBJECTS[subject], folder, embedded=embedded) as stack:
        rows = list(play(stack, plan, count(1)))
        wrong = miscounted(stack.database)
        if wrong:
            click.secho(f"    tallies and effects differ by {wrong}", fg="red")
        return stack.name, rows, sum(len(row.violations) for row in rows) + bool(wrong)


class Asked(BaseModel):
    """The options."""

    chosen: tuple[str, ...]
    is_listing: bool
    stack: str
    subject: str
    rate: float
    seed: int | None
    keep: bool
    document: Path | None

    @property
    def stacks(self) -> list[bool]:
        """Whether each of the stacks is the embedded one."""
        return {"servers": [False], "embedded": [True]}.get(self.stack, [False, True])

    def run(self) -> int:
        """Play everything; returns the exit status."""
        began, plan = time.monotonic(), Plan(self.chosen, self.seed or secrets.randbelow(10**6), self.rate)
        folder = Path(tempfile.mkdtemp(prefix="chaos-"))
        folder.chmod(0o755)
        click.echo(f"{self.subject}, {self.rate:g} requests a second, seed {plan.seed}, logs in {folder}")
        violations, texts = 0, []
        for number, embedded in enumerate(self.stacks):
            (folder / str(number)).mkdir()
            name, rows, found = run(self.subject, plan, folder / str(number), embedded=embedded)
            violations += found
            texts.append(markdown(name, rows))
        if self.document is not None:
            self.document.write_text("\n".join(texts))
        click.secho(f"{violations} violations in {time.monotonic() - began:.0f} s", bold=True)
        if not violations and not self.keep:
            shutil.rmtree(folder, ignore_errors=True)
        return 1 if violations else 0


@click.command()
@click.option("--fault", "chosen", multiple=True, help="Only faults whose name has this in it; may be repeated.")
@click.option("--list", "is_listing", is_flag=True, help="Show the faults.")
@click.option("--stack", type=click.Choice(["servers", "embedded", "both"]), default="both", show_default=True)
@click.option("--subject", type=click.Choice(sorted(SUBJECTS)), default="core", show_default=True)
@click.option("--rate", default=30.0, show_default=True, help="Requests a second.")
@click.option("--seed", type=int, help="The seed of the dice; printed, so that an order can be had again.")
@click.option("--keep", is_flag=True, help="Keep the logs even when nothing went wrong.")
@click.option("--markdown", "document", type=click.Path(path_type=Path), help="Write the tables into this file too.")
def chaos(**asked: object) -> None:
    """Break the service under load, and count its jobs.

    Servers: redis-server and PostgreSQL from this machine, on private ports. Embedded: a folder and SQLite.
    Exit status: 0 if every accepted job succeeded once and nothing else happened, otherwise 1.
    """
    options = Asked.model_validate(asked)
    if options.is_listing:
        click.echo("\n".join([*(fault.name for fault in FAULTS), ALL]))
        return
    sys.exit(options.run())


if __name__ == "__main__":
    chaos()
