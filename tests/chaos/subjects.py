"""The subjects: this service, or plain Celery with the same jobs."""

from collections.abc import Callable
from dataclasses import dataclass

from core.database.engine import Database
from tests.chaos.effect_records import EffectReader, LedgerReader, PlainReader


@dataclass(frozen=True)
class Subject:
    """The modules that its processes import, and what its jobs are counted from."""

    web: str
    worker: str
    open_reader: Callable[[Database], EffectReader]
    has_ledger: bool = True
    # Seconds of a job that is longer than the visibility timeout and the pause between two checks of it.
    long: float = 7.5


SUBJECTS = {
    "core": Subject("tests.chaos.web", "tests.chaos.worker", LedgerReader),
    "celery": Subject("tests.chaos.plain_default", "tests.chaos.plain_default", PlainReader, has_ledger=False),
    "celery-recommended": Subject(
        "tests.chaos.plain_recommended", "tests.chaos.plain_recommended", PlainReader, has_ledger=False, long=20
    ),
}
