"""What changed in the ledger since a moment: small looks along an index, however much changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import literal, select, tuple_
from sqlalchemy.orm import Session

from core.jobs.models import Job

MOST = 500


FIRST = UUID(int=0)


@dataclass(frozen=True, order=True)
class Position:
    """A place in the order of changes."""

    moment: datetime
    job_id: UUID = FIRST


def changes_after(session: Session, position: Position) -> list[Position]:
    """The next changes after a position, up to 500, oldest first; a job stands at its newest change only."""
    order = Job.updated_at, Job.id
    place = tuple_(literal(position.moment, Job.updated_at.type), literal(position.job_id, Job.id.type))
    found = session.execute(select(*order).where(tuple_(*order) > place).order_by(*order).limit(MOST))
    return [Position(moment, job_id) for moment, job_id in found]


def changed_jobs(session: Session, job_ids: Iterable[UUID]) -> Sequence[Job]:
    """These jobs, the one that changed first before the others."""
    return session.scalars(select(Job).where(Job.id.in_(job_ids)).order_by(Job.updated_at, Job.id)).all()
