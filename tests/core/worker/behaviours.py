"""What a handler may do: everything that it can raise, return, report and log, drawn by hypothesis."""

from asyncio import CancelledError
from collections.abc import Iterator
from dataclasses import dataclass

from celery.exceptions import Ignore, SoftTimeLimitExceeded, WorkerShutdown
from hypothesis import strategies as st
from pydantic import BaseModel, RootModel

from core.database.types import Document
from core.errors import Conflict, Invalid, NotFound, Refusal, Unavailable, Violation
from core.jobs.transitions import Cancelled, LostLease
from core.observability.logging import logger
from core.unit_of_work import UnitOfWork
from core.worker.context import JobContext
from tests.core.toy.messages import WriteMany

TEXT = st.one_of(
    st.integers(0, 5_000).map(lambda length: "a" * length),
    st.sampled_from(["", "\0", "\ud800", "\x1b[2J", "%s {0} {x}"]),
    st.text(st.characters(exclude_categories=[]), max_size=9),
)


class Unprintable:
    """Neither text nor representation."""

    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


class UnprintableError(Unprintable, Exception):
    """An exception without a text."""


class PaymentDeclined(Refusal):
    """A refusal of none of the kinds that core knows."""


class ExitsOnText(Exception):
    """An exception whose text ends the process."""

    def __str__(self) -> str:
        raise SystemExit


class Unfinished(Refusal):
    """A refusal whose constructor forgets the one that it inherits."""

    title = "\0\ud800"

    def __init__(self, _text: str) -> None:
        """Set nothing."""


class Interruption(BaseException):
    """Some library's own way to end a process."""


class Anything(BaseModel):
    """A result with anything in it."""

    value: object


def circle() -> object:
    """A list that contains itself."""
    items: list[object] = []
    items.append(items)
    return items


def tower(height: int) -> object:
    """Lists in lists."""
    tower: object = 0
    for _ in range(height):
        tower = [tower]
    return tower


def numbers() -> Iterator[int]:
    """A generator, as of a handler with a `yield`."""
    yield 1


def recurse(depth: int) -> int:
    """Go on until the interpreter forbids it."""
    return recurse(depth + 1) + 1


VALUES = st.one_of(
    st.none(),
    st.floats(),
    st.integers(),
    st.binary(max_size=9),
    TEXT,
    st.builds(Unprintable),
    st.builds(circle),
    st.builds(numbers),
    st.builds(lambda: 10**5000),
    st.sampled_from([30, 500, 5000]).map(tower),
    st.dictionaries(TEXT, st.one_of(st.floats(), TEXT), max_size=2),
)
RESULTS = st.one_of(
    st.none(), VALUES, VALUES.map(lambda value: Anything(value=value)), st.just(RootModel[list[int]]([1]))
)
EXCEPTIONS: st.SearchStrategy[Exception] = st.one_of(
    st.builds(
        lambda kind, text: kind(text),
        st.sampled_from(
            [
                *(RuntimeError, RecursionError, MemoryError, StopIteration, OSError, Ignore, UnprintableError),
                *(Conflict, NotFound, Unavailable, PaymentDeclined, Unfinished, Refusal),
                *(Cancelled, LostLease, SoftTimeLimitExceeded),
            ]
        ),
        TEXT,
    ),
    st.builds(lambda text: Invalid(text, (Violation(text, text),)), TEXT),
    st.builds(Conflict, VALUES, link=VALUES),
)
INTERRUPTIONS: st.SearchStrategy[BaseException] = st.builds(
    lambda kind, text: kind(text),
    st.sampled_from([SystemExit, KeyboardInterrupt, GeneratorExit, CancelledError, WorkerShutdown, Interruption]),
    TEXT,
)
GROUPS: st.SearchStrategy[BaseException] = st.recursive(
    st.one_of(EXCEPTIONS, INTERRUPTIONS),
    lambda inner: st.builds(BaseExceptionGroup, st.just("some"), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=4,
)


@dataclass(frozen=True)
class Behaviour:
    """A handler that logs, reports progress, and then raises, returns, or does what ends in an error by itself."""

    logged: list[object]
    note: str | None
    error: BaseException | None
    result: object
    act: str

    def __call__(self, _unit: UnitOfWork, _payload: Document, job: JobContext) -> BaseModel | None:
        fields = vars(self)  # untyped, because a handler's values need not be what its types promise
        for value in fields["logged"]:
            logger("toy").info("a value", value=value)
            logger("toy").info(value)
        if self.note is not None:
            job.progress(1, None, self.note)
        if self.error is not None:
            raise self.error
        self._act()
        result: BaseModel | None = fields["result"]
        return result

    def _act(self) -> None:
        if self.act == "recurse":
            recurse(0)
        elif self.act == "allocate":
            bytearray(1 << 62)
        elif self.act == "validate":
            WriteMany.model_validate({"count": "\ud800"})


BEHAVIOURS = st.builds(
    Behaviour,
    logged=st.lists(VALUES, max_size=2),
    note=st.none() | TEXT,
    error=st.none() | GROUPS,
    result=RESULTS,
    act=st.sampled_from(["", "recurse", "allocate", "validate"]),
)
