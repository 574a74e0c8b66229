"""The ledger in numbers, at a bounded cost: what is too much to count is said to be more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, Float, case, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from core.jobs.models import Job, among
from core.jobs.states import FINISHED, LIVE, RETRYABLE, State

MOST_COUNTED = 10_000
MOST_SUMMED = 50_000
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Minute:
    """The jobs that ended in one state within a minute (counted since 1970), and the seconds that each took.

    The seconds are an average from acceptance to end over jobs of one attempt, for others waited on purpose.
    """

    number: int
    state: State
    jobs: int
    seconds: float | None


def counts(session: Session) -> dict[State, int]:
    """How many jobs are in each state; 10,001 stands for more than 10,000."""
    return {state: counted(session, state) for state in State}


def ended_since(session: Session, moment: datetime) -> Sequence[Minute]:
    """What ended since a moment, by minute and state; of the newest 50,000 changes, where there are more."""
    columns = Job.state, Job.attempt, Job.created_at, Job.finished_at
    newest = select(*columns).where(Job.updated_at >= moment, Job.state.in_(FINISHED))
    ended = newest.order_by(Job.updated_at.desc()).limit(MOST_SUMMED).subquery()
    minute = MinuteOf(ended.c.finished_at)
    taken = case((ended.c.attempt == 1, SecondsBetween(ended.c.created_at, ended.c.finished_at)))
    summed = select(minute, ended.c.state, func.count(), func.avg(taken))
    rows = session.execute(summed.where(ended.c.finished_at >= moment).group_by(minute, ended.c.state))
    return [Minute(number, State(state), jobs, seconds) for number, state, jobs, seconds in rows]


def counted(session: Session, state: State) -> int:
    """How many jobs are in a state, as `counts` has it."""
    rules: list[ColumnElement[bool]] = [Job.state == state]
    rules += [among(states) for states in (LIVE, RETRYABLE) if state in states]
    found = select(Job.id).where(*rules).limit(MOST_COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


class MinuteOf(FunctionElement[int]):
    """The minutes from 1970 to a moment, in the words of each database."""

    type: TypeEngine[int] = BigInteger()
    inherit_cache: bool | None = True


class SecondsBetween(FunctionElement[float]):
    """The seconds from one moment to another, in the words of each database."""

    type: TypeEngine[float] = Float()
    inherit_cache: bool | None = True


@compiles(MinuteOf, "postgresql")
def _minute_of(element: MinuteOf, compiler: SQLCompiler, **options: object) -> str:
    return f"CAST(floor(EXTRACT(epoch FROM {compiler.process(element.clauses, **options)}) / 60) AS BIGINT)"


@compiles(MinuteOf, "sqlite")
def _minute_of_sqlite(element: MinuteOf, compiler: SQLCompiler, **options: object) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **options)}) AS INTEGER) / 60"


@compiles(SecondsBetween, "postgresql")
def _seconds_between(element: SecondsBetween, compiler: SQLCompiler, **options: object) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(EXTRACT(epoch FROM {last} - {first}) AS DOUBLE PRECISION)"


@compiles(SecondsBetween, "sqlite")
def _seconds_between_sqlite(element: SecondsBetween, compiler: SQLCompiler, **options: object) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(julianday({last}) - julianday({first})) * 86400.0"
