"""Queries that run every second, or for every page, use an index."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from core.config import Settings
from core.database.engine import open_database
from core.jobs.policy import build_policy
from core.jobs.queries import JobQuery, find_jobs
from core.jobs.reaper import Reaper
from core.jobs.states import State
from tests.core.marks import on_sqlite

KEY = SecretStr("signs the cursors")


def is_due(session: Session) -> None:
    Reaper(build_policy(Settings())).is_needed(session)


def failed(session: Session) -> None:
    find_jobs(session, JobQuery(state=State.FAILED), KEY)


@on_sqlite
@pytest.mark.parametrize(
    "query, index", [(is_due, "ix_core_jobs_due_at_live"), (failed, "ix_core_jobs_state_retryable (state=?)")]
)
def test_a_small_part_of_a_large_table_is_found_by_its_index(
    settings: Settings, query: Callable[[Session], None], index: str
) -> None:
    executed: list[tuple[str, tuple[object, ...]]] = []
    database = open_database(settings)

    def note(_connection: Connection, _cursor: object, statement: str, values: tuple[object, ...], *_: object) -> None:
        executed.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.transaction(read_only=True) as session:
        query(session)
        statement, values = executed[-1]
        plan = session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + statement, values).all()
    database.close()
    assert f"SEARCH core_jobs USING INDEX {index}" in str(plan)
