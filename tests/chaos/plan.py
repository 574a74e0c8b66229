"""What is played: the faults, on a stack, at a rate."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import click

from tests.chaos.dice import Dice
from tests.chaos.effect_records import miscount
from tests.chaos.faults import FAULTS, Fault, all_shuffled, fitting
from tests.chaos.report import HEAD, Row, line
from tests.chaos.rounds import Rounds
from tests.chaos.stack import open_stack, stack_name
from tests.chaos.subjects import Subject

HURRY = 0.35
NAMES = [fault.name for fault in (*FAULTS, all_shuffled([]))]


@dataclass(frozen=True)
class Plan:
    """The options of a run."""

    subject: Subject
    chosen: tuple[str, ...]
    seed: int
    rate: float

    def faults(self, *, embedded: bool) -> list[tuple[Fault, float]]:
        """The faults of one stack, and the pace of each."""
        found = fitting(embedded=embedded, has_ledger=self.subject.has_ledger)
        every = [*((fault, 1.0) for fault in found), (all_shuffled(found), HURRY)]
        return [(fault, pace) for fault, pace in every if is_named(fault.name, self.chosen)]

    def run(self, folder: Path, *, embedded: bool) -> tuple[list[Row], int]:
        """All rounds on one stack; the rows, and how many violations there were."""
        faults = self.faults(embedded=embedded)
        if not faults:
            return [], 0
        click.secho(line((stack_name(embedded=embedded), *HEAD[1:])), bold=True)
        with open_stack(self.subject, folder, embedded=embedded) as stack:
            rounds = Rounds(stack, count(1), Dice(self.seed), self.rate)
            rounds.warm_up()
            rows = list(printed(rounds.play(fault, pace) for fault, pace in faults))
            wrong = miscount(stack.database)
        if wrong:
            click.secho(f"    tallies and effects differ by {wrong}", fg="red")
        return rows, sum(len(row.violations) for row in rows) + bool(wrong)


def printed(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows, each printed when its round ends."""
    for row in rows:
        click.secho(line(row.cells), fg="red" if row.violations else None)
        for violation in row.violations:
            click.secho(f"    {violation}", fg="red")
        yield row


def is_named(name: str, words: tuple[str, ...]) -> bool:
    """Whether one of the words is in the name; without words, every name matches."""
    return not words or any(word.lower() in name.lower() for word in words)
