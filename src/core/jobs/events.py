"""What is told of a job beside its state: lost and postponed attempts, clients' wishes, lines that it logged."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.jobs.models import JobEvent


def events_of(session: Session, job_id: UUID, limit: int) -> Sequence[JobEvent]:
    """The newest events of a job, oldest of them first."""
    newest = select(JobEvent).where(JobEvent.job_id == job_id).order_by(JobEvent.id.desc()).limit(limit)
    return session.scalars(newest).all()[::-1]
