"""Ended jobs by the thousand, written at once: accepting and running as many would take hours."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import text

from core.database import utc_now
from core.database.engine import Database
from core.jobs.statements import INSERT
from core.jobs.states import State

CHUNK = 5_000
# What the search looks for: few jobs have it, however many there are.
NEEDLE = "order-0000007"
FAILED_OF = 100
APART = timedelta(seconds=2)
TOOK = timedelta(seconds=1)


def fill(database: Database, before: int, amount: int) -> None:
    """Write the jobs from one number to another, and let the database count its rows."""
    now = utc_now()
    for first in range(before, amount, CHUNK):
        rows = [ended_job(number, now) for number in range(first, min(first + CHUNK, amount))]
        with database.transaction() as session:
            session.connection().execute(INSERT, rows)
    with database.transaction() as session:
        session.execute(text("ANALYZE"))


def ended_job(number: int, now: datetime) -> dict[str, object]:
    """A job that succeeded, or one of a hundred that failed; each ended two seconds before the next."""
    failed = number % FAILED_OF == 0
    ended = now - APART * number
    return {
        "id": uuid4(),
        "name": "bench.work",
        "payload": {"number": number, "reference": f"order-{number:07}"},
        "queue": "default",
        "state": State.FAILED if failed else State.SUCCEEDED,
        "attempt": 1,
        "max_attempts": 5,
        "own_attempts": 5,
        "due_at": ended,
        "problem": {"type": "about:blank", "title": "Failed", "status": 500} if failed else None,
        "created_at": ended - TOOK,
        "started_at": ended - TOOK / 2,
        "finished_at": ended,
        "updated_at": ended,
    }
