"""`manage.py jobs retry` ends, whatever becomes of the jobs meanwhile."""

from datetime import timedelta

from core.database.types import utc_now
from core.jobs.states import State
from core.testing import JobFactory
from tests.core.commands.conftest import Manage
from tests.core.marks import on_sqlite


@on_sqlite
def test_a_job_that_fails_after_the_command_began_is_not_tried_once_more(manage: Manage, jobs: JobFactory) -> None:
    """Else jobs that fail at once would keep it busy for ever."""
    before, after = jobs.make(State.FAILED), jobs.make(State.FAILED)
    jobs.change(after, updated_at=utc_now() + timedelta(minutes=1))
    assert manage("jobs", "retry", "--all").stdout == "1 jobs queued again\n"
    assert (jobs.read(before).state, jobs.read(after).state) == ("queued", "failed")
