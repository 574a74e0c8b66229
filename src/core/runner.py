"""Runs one job: claims it, hands it to its task, and writes how it ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from pydantic import ValidationError
from sqlalchemy.orm import Session

from core.database import Document
from core.errors import NotFound, Refusal, Unavailable
from core.jobs.ledger import Cancelled, Claim, LostLease
from core.logging import logged_with, logger
from core.problems import Problem, problem_of
from core.running import RunningJob
from core.tasks import BoundTask
from core.unit import Units

TIMED_OUT = Problem(title="Time limit exceeded", status=504, detail="The job took longer than its time limit")

log = logger(__name__)


@dataclass(frozen=True)
class Runner:
    """Takes a job from the ledger and runs it in one unit of work."""

    units: Units
    tasks: Mapping[str, BoundTask]
    worker: str

    def run(self, job_id: UUID) -> None:
        """Run the job, unless somebody else took it; raises nothing that the job's own code raised."""
        with self.units.database.transaction() as session:
            claim = self.units.ledger.claim(session, job_id, self.worker)
        if claim is None:
            log.info("hint dropped", job_id=str(job_id))
            return
        with logged_with(request_id=claim.request_id, job_id=str(claim.id), job=claim.name, attempt=claim.attempt):
            try:
                self._attempt(claim)
            except LostLease:
                log.warning("job lost to another worker")

    def _attempt(self, claim: Claim) -> None:
        try:
            self._handle(claim)
        except LostLease:
            raise
        except Cancelled:
            self._write("job cancelled", lambda session: self.units.ledger.cancel(session, claim))
        except Unavailable as error:
            self._postpone(claim, error)
        except (SoftTimeLimitExceeded, Refusal, ValidationError) as error:
            self._fail(claim, TIMED_OUT if isinstance(error, SoftTimeLimitExceeded) else problem_of(error))
        except Exception as error:  # a handler may raise anything, and none may leave its job without an end
            log.exception("job broke")
            self._fail(claim, problem_of(error))

    def _handle(self, claim: Claim) -> None:
        with self.units.open() as unit:
            task = self.tasks.get(claim.name)
            if task is None:
                raise NotFound(f"No app of this project handles {claim.name}")
            result = task(RunningJob(unit, claim))
            unit.ledger.succeed(unit.session, claim, None if result is None else result.model_dump(mode="json"))
        log.info("job succeeded")

    def _postpone(self, claim: Claim, error: Unavailable) -> None:
        problem = problem_of(error)
        if claim.attempt >= claim.max_attempts:
            self._fail(claim, problem)
            return
        delay = self.units.ledger.backoff(claim.attempt)
        self._write(
            "job postponed", lambda session: self.units.ledger.postpone(session, claim, delay, _document(problem))
        )

    def _fail(self, claim: Claim, problem: Problem) -> None:
        self._write("job failed", lambda session: self.units.ledger.fail(session, claim, _document(problem)))

    def _write(self, event: str, transition: Callable[[Session], None]) -> None:
        with self.units.database.transaction() as session:
            transition(session)
        log.info(event)


def _document(problem: Problem) -> Document:
    return problem.model_dump(mode="json", exclude_none=True)
