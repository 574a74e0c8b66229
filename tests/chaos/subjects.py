"""What is broken: the service of this repository, or something else that does the same jobs."""

from collections.abc import Callable
from dataclasses import dataclass

from core.database.engine import Database
from tests.chaos.books import Books, EffectBooks, LedgerBooks


@dataclass(frozen=True)
class Subject:
    """The modules that its processes import, and where its jobs are counted."""

    web: str
    worker: str
    open_books: Callable[[Database], Books]
    has_ledger: bool = True
    # Seconds of a job that outlasts the visibility timeout and the pause between two looks for what has outlasted it.
    long: float = 7.5


SUBJECTS = {
    "core": Subject("tests.chaos.web", "tests.chaos.worker", LedgerBooks),
    "celery": Subject("tests.chaos.plain_default", "tests.chaos.plain_default", EffectBooks, has_ledger=False),
    "celery-recommended": Subject(
        "tests.chaos.plain_recommended", "tests.chaos.plain_recommended", EffectBooks, has_ledger=False, long=20
    ),
}
