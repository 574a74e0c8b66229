"""The use cases of the page and the API: reading the ledger, and changing jobs and schedules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from core.database.pagination import Page
from core.errors import Invalid, Violation
from core.jobs.actions import BULK, JobActions
from core.jobs.models import Job, JobEvent, Schedule, Worker
from core.jobs.queries import (
    ALIVE_FOR,
    JobFilter,
    JobQuery,
    Position,
    UnservedQueue,
    changed_jobs,
    changes_after,
    conditions_of,
    events_of,
    find_jobs,
    read_job,
    schedules,
    unserved_queues,
    workers,
)
from core.jobs.reaper import Hint, Reaper, running_on
from core.jobs.schedules import Schedules
from core.jobs.states import RETRYABLE, State
from core.jobs.statistics import HOUR, Minute, counts, ended_since
from core.unit_of_work import UnitOfWork

MOST_EVENTS = 500

ScheduleAction = Literal["pause", "resume", "run"]


@dataclass(frozen=True)
class WorkerNow:
    """A worker, whether its heartbeat is recent, and the jobs that it runs."""

    worker: Worker
    is_alive: bool
    running: Sequence[Job]


class JobsService:
    """Reads the ledger and performs actions on it."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._actions = JobActions(unit.policy)

    def find(self, criteria: JobQuery) -> Page[Job]:
        """One page of the matching jobs."""
        return find_jobs(self._unit.session, criteria, self._unit.settings.secret_key)

    def read(self, job_id: UUID) -> Job:
        """The job with this id; raises NotFound."""
        return read_job(self._unit.session, job_id)

    def history(self, job_id: UUID) -> Sequence[JobEvent]:
        """The newest 500 events of a job, oldest first."""
        return events_of(self._unit.session, job_id, MOST_EVENTS)

    def changes(self, position: Position) -> list[Position]:
        """Up to 500 changes after a position, oldest first."""
        return changes_after(self._unit.session, position)

    def changed(self, job_ids: Iterable[UUID]) -> Sequence[Job]:
        """These jobs, oldest change first, without the purged ones."""
        return changed_jobs(self._unit.session, job_ids)

    def counts(self) -> dict[State, int]:
        """The number of jobs in each state; 10,001 stands for more than 10,000."""
        return counts(self._unit.session)

    def last_hour(self) -> Sequence[Minute]:
        """The jobs that ended within the last hour, by minute and state."""
        return ended_since(self._unit.session, self._unit.policy.clock() - HOUR)

    def cancel(self, job_id: UUID) -> Job:
        """Cancel a job, or request it if the job runs; raises NotFound, or Conflict if the job has ended."""
        self._actions.cancel(self._unit.session, job_id)
        return self.read(job_id)

    def retry(self, job_id: UUID) -> Job:
        """Queue a failed or cancelled job again; raises NotFound or Conflict."""
        queue = self._actions.retry(self._unit.session, job_id)
        self._unit.hint(Hint(job_id, queue))
        return self.read(job_id)

    def retry_all(self, criteria: JobFilter, until: datetime | None = None) -> tuple[list[UUID], bool]:
        """Queue matching failed and cancelled jobs again; the second value says whether further jobs match.

        With `until`, only those that ended by then. Raises Invalid if the filter names a state that has no retry.
        """
        if criteria.state is not None and criteria.state not in RETRYABLE:
            raise Invalid(
                "Only failed and cancelled jobs can be retried", (Violation("#/state", f"is {criteria.state}"),)
            )
        ended = [] if until is None else [Job.updated_at <= until]
        retried = self._actions.retry_all(self._unit.session, [*conditions_of(criteria), *ended])
        self._unit.hint(*(Hint(job_id, queue) for job_id, queue in retried))
        return [job_id for job_id, _ in retried], len(retried) == BULK

    def schedules(self) -> Sequence[Schedule]:
        """The schedules that beat has registered."""
        return schedules(self._unit.session)

    def change_schedule(self, name: str, action: ScheduleAction) -> None:
        """Pause a schedule, resume it, or make its next tick due now; raises NotFound or Conflict."""
        table = Schedules(self._unit.policy)
        actions = {"pause": table.pause, "resume": table.resume, "run": table.run_now}
        actions[action](self._unit.session, name)

    def workers(self) -> list[WorkerNow]:
        """The workers that have not signed off, with the jobs that they run."""
        session, oldest = self._unit.session, self._unit.policy.clock() - ALIVE_FOR
        return [
            WorkerNow(worker, worker.seen_at > oldest, running_on(session, f"{worker.name}-"))
            for worker in workers(session)
        ]

    def unserved_queues(self) -> list[UnservedQueue]:
        """The queues with waiting jobs that no live worker serves."""
        return unserved_queues(self._unit.session, self._unit.policy.clock())

    def purge(self) -> int:
        """Delete a batch of old jobs, expired idempotency keys and silent workers; returns the number of jobs."""
        return Reaper(self._unit.policy).purge(self._unit.session)
