"""The statements that every job needs, built once: building one takes longer than the database takes to run it."""

from datetime import datetime

from sqlalchemy import BindParameter, Insert, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.jobs.models import Base, Job
from core.jobs.states import State

JOBS = Base.metadata.tables[Job.__tablename__]
NOW: BindParameter[datetime] = bindparam("now")

INSERT = insert(JOBS)

# `queued` → `running`, if the job is still queued.
CLAIM = (
    update(JOBS)
    .where(JOBS.c.id == bindparam("job"), JOBS.c.state == State.QUEUED)
    .values(
        state=State.RUNNING,
        attempt=JOBS.c.attempt + 1,
        due_at=bindparam("due"),
        worker=bindparam("process"),
        started_at=NOW,
        updated_at=NOW,
    )
    .returning(
        *(JOBS.c.id, JOBS.c.name, JOBS.c.payload, JOBS.c.attempt, JOBS.c.max_attempts),
        *(JOBS.c.request_id, JOBS.c.trace_context),
    )
)

# `running` → `succeeded`, if this attempt is still the running one.
SUCCEED = (
    update(JOBS)
    .where(JOBS.c.id == bindparam("job"), JOBS.c.state == State.RUNNING, JOBS.c.attempt == bindparam("claimed"))
    .values(state=State.SUCCEEDED, result=bindparam("outcome"), problem=None, finished_at=NOW, updated_at=NOW)
)


def insert_if_absent(session: Session, table: type[Base]) -> Insert:
    """An INSERT that does nothing if a row with the same key exists."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()
