"""What the database has after a round: the states of the jobs, and their effects."""

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
class EffectRecord:
    """By the number of each job: the states of its rows, how often each step was done, and its last step's time."""

    states: Mapping[int, list[str]]
    steps: Mapping[int, Counter[int]]
    ended: Mapping[int, datetime]


class EffectReader(Protocol):
    """Reads the records of a subject's jobs."""

    def unfinished(self, expected: Mapping[int, Apply], /) -> int:
        """How many of the jobs have not ended."""

    def read(self, since: datetime, expected: Mapping[int, Apply], /) -> EffectRecord:
        """The records of the jobs since a time."""


@dataclass(frozen=True)
class LedgerReader:
    """Reads the ledger's rows and the effects."""

    database: Database

    def unfinished(self, _expected: Mapping[int, Apply]) -> int:
        """How many rows are live."""
        live = select(func.count()).select_from(Job).where(Job.state.in_(LIVE), Job.name == Apply.wire_name)
        with self.database.transaction(read_only=True) as session:
            return session.scalar(live) or 0

    def read(self, since: datetime, _expected: Mapping[int, Apply]) -> EffectRecord:
        """The rows and the effects since a time."""
        rows = select(Job.payload, Job.state).where(Job.name == Apply.wire_name, Job.created_at >= since)
        states: dict[int, list[str]] = {}
        with self.database.transaction(read_only=True) as session:
            for payload, state in session.execute(rows):
                states.setdefault(Apply.model_validate(payload).number, []).append(state)
        return read_effects(self.database, since, states)


@dataclass(frozen=True)
class PlainReader:
    """Reads the effects only: without a ledger, a job that did all its steps has succeeded."""

    database: Database

    def unfinished(self, expected: Mapping[int, Apply]) -> int:
        """How many jobs have not done all their steps."""
        done = select(Effect.number, func.count(Effect.step.distinct())).group_by(Effect.number)
        with self.database.transaction(read_only=True) as session:
            steps = dict(session.execute(done).tuples().all())
        return sum(steps.get(number, 0) < message.steps for number, message in expected.items())

    def read(self, since: datetime, expected: Mapping[int, Apply]) -> EffectRecord:
        """The effects since a time."""
        record = read_effects(self.database, since, {})
        done = {number for number, steps in record.steps.items() if number in expected}
        states = {number: ["succeeded"] for number in done if len(record.steps[number]) == expected[number].steps}
        return EffectRecord(states, record.steps, record.ended)


def read_effects(database: Database, since: datetime, states: Mapping[int, list[str]]) -> EffectRecord:
    """The effects since a time, with these states."""
    steps: dict[int, Counter[int]] = {}
    ended: dict[int, datetime] = {}
    with database.transaction(read_only=True) as session:
        for number, step, at in session.execute(
            select(Effect.number, Effect.step, Effect.at).where(Effect.at >= since).order_by(Effect.at)
        ):
            steps.setdefault(number, Counter())[step] += 1
            ended[number] = at
    return EffectRecord(states, steps, ended)


def miscount(database: Database) -> int:
    """The difference between the tallies and the effects of the same transactions."""
    with database.transaction(read_only=True) as session:
        effects = session.scalar(select(func.count()).select_from(Effect)) or 0
        tallied: int = session.scalar(select(func.sum(Tally.steps))) or 0
        return abs(tallied - effects)
