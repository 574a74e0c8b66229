"""`manage.py jobs retry` ends, even if the jobs fail again meanwhile."""

from datetime import timedelta

from core.database.types import utc_now
from core.jobs.states import State
from tests.core.commands.conftest import Manage
from tests.core.console.jobs import Book
from tests.core.marks import on_sqlite


@on_sqlite
def test_a_job_that_fails_after_the_start_of_the_command_is_not_retried_again(manage: Manage, book: Book) -> None:
    """Otherwise, jobs that fail at once would keep the command busy forever."""
    before, after = book.job(State.FAILED), book.job(State.FAILED)
    book.date(after, utc_now() + timedelta(minutes=1))
    assert manage("jobs", "retry", "--all").stdout == "1 jobs queued again\n"
    assert (book.read(before).state, book.read(after).state) == ("queued", "failed")
