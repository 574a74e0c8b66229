"""What one can ask of the ledger."""

from uuid import UUID

from core.jobs.models import Job
from core.jobs.queries import JobQuery, find_jobs, read_job
from core.pages import Page
from core.unit import Unit


class Console:
    """Reads the ledger for people and programs."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def find(self, asked: JobQuery) -> Page[Job]:
        """One page of the jobs that were asked for, newest first."""
        return find_jobs(self._unit.session, asked, self._unit.settings.secret_key)

    def read(self, job_id: UUID) -> Job:
        """The job with this id; raises NotFound."""
        return read_job(self._unit.session, job_id)
