"""What is written in the database after the storm: the jobs' ends, and what they did."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import func, select

from core.database.engine import Database
from core.jobs.models import Job
from core.jobs.states import LIVE
from tests.chaos.app import Apply, Effect, Tally


@dataclass(frozen=True)
class Record:
    """Every job by its number, with the states of its rows, and how often each of its steps was done."""

    states: Mapping[int, list[str]]
    steps: Mapping[int, Counter[int]]
    ended: Mapping[int, datetime]


class Books(Protocol):
    """Where the record is kept."""

    def unfinished(self, expected: Mapping[int, Apply], /) -> int:
        """How many of the jobs have not ended."""

    def read(self, since: datetime, expected: Mapping[int, Apply], /) -> Record:
        """Everything of the jobs that were made since then."""


@dataclass(frozen=True)
class LedgerBooks:
    """The ledger's rows, and the effects."""

    database: Database

    def unfinished(self, _expected: Mapping[int, Apply]) -> int:
        """How many rows are live."""
        live = select(func.count()).select_from(Job).where(Job.state.in_(LIVE), Job.name == Apply.wire_name)
        with self.database.transaction(read_only=True) as session:
            return session.scalar(live) or 0

    def read(self, since: datetime, _expected: Mapping[int, Apply]) -> Record:
        """The rows and the effects since then."""
        rows = select(Job.payload, Job.state).where(Job.name == Apply.wire_name, Job.created_at >= since)
        states: dict[int, list[str]] = {}
        with self.database.transaction(read_only=True) as session:
            for payload, state in session.execute(rows):
                states.setdefault(Apply.model_validate(payload).number, []).append(state)
        return read_effects(self.database, since, states)


@dataclass(frozen=True)
class EffectBooks:
    """Only the effects: where there is no ledger, a job that did all its steps has succeeded."""

    database: Database

    def unfinished(self, expected: Mapping[int, Apply]) -> int:
        """How many jobs have not done all their steps."""
        done = select(Effect.number, func.count(Effect.step.distinct())).group_by(Effect.number)
        with self.database.transaction(read_only=True) as session:
            steps = dict(session.execute(done).tuples().all())
        return sum(steps.get(number, 0) < message.steps for number, message in expected.items())

    def read(self, since: datetime, expected: Mapping[int, Apply]) -> Record:
        """The effects since then."""
        record = read_effects(self.database, since, {})
        done = {number for number, steps in record.steps.items() if number in expected}
        states = {number: ["succeeded"] for number in done if len(record.steps[number]) == expected[number].steps}
        return Record(states, record.steps, record.ended)


def read_effects(database: Database, since: datetime, states: Mapping[int, list[str]]) -> Record:
    """The effects since then, beside what else is known."""
    steps: dict[int, Counter[int]] = {}
    ended: dict[int, datetime] = {}
    with database.transaction(read_only=True) as session:
        for number, step, at in session.execute(
            select(Effect.number, Effect.step, Effect.at).where(Effect.at >= since).order_by(Effect.at)
        ):
            steps.setdefault(number, Counter())[step] += 1
            ended[number] = at
    return Record(states, steps, ended)


def miscounted(database: Database) -> int:
    """By how much the tallies differ from the effects that they were written with."""
    with database.transaction(read_only=True) as session:
        effects = session.scalar(select(func.count()).select_from(Effect)) or 0
        tallied: int = session.scalar(select(func.sum(Tally.steps))) or 0
        return abs(tallied - effects)
