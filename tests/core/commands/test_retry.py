"""`manage.py jobs retry` ends, even if the jobs fail again meanwhile."""

from datetime import timedelta

from core.database.types import utc_now
from core.jobs.states import State
from core.testing import JobFactory
from tests.core.commands.conftest import Manage
from tests.core.marks import on_sqlite


@on_sqlite
def test_a_job_that_fails_after_the_start_of_the_command_is_not_retried_again(manage: Manage, jobs: JobFactory) -> None:
    """Otherwise, jobs that fail at once would keep the command busy forever."""
    before, after = jobs.make(State.FAILED), jobs.make(State.FAILED)
    jobs.change(after, updated_at=utc_now() + timedelta(minutes=1))
    assert manage("jobs", "retry", "--all").stdout == "1 jobs queued again\n"
    assert (jobs.read(before).state, jobs.read(after).state) == ("queued", "failed")
