"""Runs one job: claims it, hands it to its task, and writes how it ended."""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from opentelemetry.trace import Span, SpanKind
from pydantic import ValidationError
from sqlalchemy.orm import Session

from core.database.types import Document
from core.errors import Refusal, Unavailable, Violation
from core.jobs.heartbeat import Heartbeat
from core.jobs.process_names import this_machine
from core.jobs.transitions import Cancelled, Claim, Ledger, LostLease
from core.observability.logging import KeptLines, kept_lines, logged_with, logger, storable
from core.observability.tracing import NO_TRACING, Tracing, fail_span, start_span
from core.problems import Problem, problem_of
from core.unit_of_work import UnitOfWorkFactory
from core.worker.context import JobContext
from core.worker.tasks import BoundTask

TIMED_OUT = Problem(title="Time limit exceeded", status=504, detail="The job took longer than its time limit")

log = logger(__name__)


class Runner:
    """Takes a job from the ledger and runs it in one unit of work."""

    def __init__(self, units: UnitOfWorkFactory, tasks: Mapping[str, BoundTask], tracing: Tracing = NO_TRACING) -> None:
        self._units = units
        self._tasks = tasks
        self._tracing = tracing
        self._ledger = Ledger(units.policy)
        self._heartbeat = Heartbeat(units.database, self._ledger)
        self._machine = this_machine()
        self._main = os.getpid()  # the pool's children are forked from the process that composed the project

    def run(self, job_id: UUID) -> None:
        """Run the job, unless somebody else took it; raises nothing that the job's own code raised."""
        with self._units.database.transaction() as session:
            claim = self._ledger.claim(session, job_id, self._machine.process(self._main, os.getpid()))
        if claim is None:
            log.info("hint dropped", job_id=str(job_id))
            return
        with (
            logged_with(request_id=claim.request_id, job_id=str(claim.id), job=claim.name, attempt=claim.attempt),
            self._traced(claim),
            kept_lines() as lines,
            self._heartbeat.of(claim),
        ):
            try:
                self._attempt(claim, lines)
            except LostLease:
                log.warning("job lost to another worker")
                fail_span("lost to another worker")

    def _traced(self, claim: Claim) -> AbstractContextManager[Span]:
        about: dict[str, str | int] = {
            "job.id": str(claim.id),
            "job.attempt": claim.attempt,
            "request_id": claim.request_id or "",
        }
        return start_span(self._tracing, SpanKind.CONSUMER, claim.name, claim.trace_context, about)

    def _attempt(self, claim: Claim, lines: KeptLines) -> None:
        try:
            self._handle(claim, lines)
        except LostLease:
            raise
        except Cancelled:
            self._cancel(claim, lines)
        except Unavailable as error:
            self._postpone(claim, lines, problem_of(error))
        except (SoftTimeLimitExceeded, Refusal, ValidationError) as error:
            self._fail(claim, lines, TIMED_OUT if isinstance(error, SoftTimeLimitExceeded) else problem_of(error))
        except Exception as error:  # a handler may raise anything, and none may leave its job without an end
            log.exception("job broke")
            self._fail(claim, lines, problem_of(error))

    def _handle(self, claim: Claim, lines: KeptLines) -> None:
        with self._units.open() as unit:
            task = self._tasks.get(claim.name)
            if task is None:
                # Not at once a failure: while a release is rolled out, another worker may know it already.
                raise Unavailable(f"No app of this project handles {claim.name}")
            result = task(JobContext(unit, claim, self._ledger, self._heartbeat, lines))
            document = None if result is None else result.model_dump(mode="json")
            self._ledger.keep(unit.session, claim, lines.waiting)
            self._ledger.succeed(unit.session, claim, document)
        log.info("job succeeded")

    def _postpone(self, claim: Claim, lines: KeptLines, problem: Problem) -> None:
        if claim.attempt >= claim.max_attempts:
            self._fail(claim, lines, problem)
            return
        delay = self._units.policy.backoff(claim.attempt)
        try:
            self._write(claim, lines, lambda session: self._ledger.postpone(session, claim, delay, _document(problem)))
        except Cancelled:
            self._cancel(claim, lines)
            return
        fail_span(problem.title)
        log.warning("job postponed", seconds=round(delay.total_seconds(), 1), reason=problem.detail)

    def _cancel(self, claim: Claim, lines: KeptLines) -> None:
        self._write(claim, lines, lambda session: self._ledger.cancel(session, claim))

    def _fail(self, claim: Claim, lines: KeptLines, problem: Problem) -> None:
        self._write(claim, lines, lambda session: self._ledger.fail(session, claim, _document(problem)))
        fail_span(problem.title)
        log.warning("job failed", reason=problem.title)

    def _write(self, claim: Claim, lines: KeptLines, transition: Callable[[Session], None]) -> None:
        try:
            self._write_once(claim, lines, transition)
        except (LostLease, Cancelled, Unavailable):
            raise
        except Exception:  # the end of a job counts for more than what it said
            log.exception("the job's lines are not kept")
            self._write_once(claim, KeptLines(), transition)

    def _write_once(self, claim: Claim, lines: KeptLines, transition: Callable[[Session], None]) -> None:
        with self._units.database.transaction() as session:
            self._ledger.keep(session, claim, lines.waiting)
            transition(session)


def _document(problem: Problem) -> Document:
    rules = [Violation(storable(rule.pointer), storable(rule.detail)) for rule in problem.errors or ()]
    told = problem.model_copy(update={"detail": problem.detail and storable(problem.detail), "errors": rules or None})
    return told.model_dump(mode="json", exclude_none=True)
