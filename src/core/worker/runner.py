"""Runs one job: claims it, calls its handler, and writes how it ended."""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from http import HTTPStatus
from uuid import UUID

from opentelemetry.trace import Span, SpanKind
from sqlalchemy.orm import Session

from core.errors import Unavailable
from core.jobs.heartbeat import Heartbeat
from core.jobs.process_names import this_machine
from core.jobs.states import State
from core.jobs.transitions import Cancelled, Claim, Ledger, LostLease
from core.observability.logging import CapturedLines, captured_lines, logged_with, logger
from core.observability.tracing import NO_TRACING, Tracing, fail_span, start_span
from core.problems import Problem
from core.unit_of_work import UnitOfWorkFactory
from core.worker.context import JobContext
from core.worker.outcomes import judge, problem_document, result_document
from core.worker.tasks import BoundTask

log = logger(__name__)


class Runner:
    """Claims a job from the ledger and runs it in one unit of work."""

    def __init__(self, units: UnitOfWorkFactory, tasks: Mapping[str, BoundTask], tracing: Tracing = NO_TRACING) -> None:
        self._units = units
        self._tasks = tasks
        self._tracing = tracing
        self._ledger = Ledger(units.policy)
        self._heartbeat = Heartbeat(units.database, self._ledger)
        self._machine = this_machine()
        self._main = os.getpid()  # the pool's children are forked from the process that composed the project

    def run(self, job_id: UUID) -> None:
        """Run the job, unless another worker has claimed it.

        Raises Unavailable if the job cannot be claimed. Of what the handler raises, only an exception that ends the
        process (SystemExit, KeyboardInterrupt) is raised again, after the job's new state is written.
        """
        with self._units.database.transaction() as session:
            claim = self._ledger.claim(session, job_id, self._machine.process(self._main, os.getpid()))
        if claim is None:
            log.info("hint dropped", job_id=str(job_id))
            return
        with (
            logged_with(request_id=claim.request_id, job_id=str(claim.id), job=claim.name, attempt=claim.attempt),
            self._traced(claim),
            captured_lines() as lines,
        ):
            self._attempt(claim, lines)

    def _traced(self, claim: Claim) -> AbstractContextManager[Span]:
        attributes: dict[str, str | int] = {
            "job.id": str(claim.id),
            "job.attempt": claim.attempt,
            "request_id": claim.request_id or "",
        }
        return start_span(self._tracing, SpanKind.CONSUMER, claim.name, claim.trace_context, attributes)

    def _attempt(self, claim: Claim, lines: CapturedLines) -> None:
        try:
            self._handle(claim, lines)
        except BaseException as error:
            self._end(claim, lines, error)
            if not isinstance(error, Exception):
                raise

    def _handle(self, claim: Claim, lines: CapturedLines) -> None:
        with self._heartbeat.of(claim), self._units.open() as unit:
            task = self._tasks.get(claim.name)
            if task is None:
                # Retried, because during a deployment workers of the new release may already know the message.
                raise Unavailable(f"No app of this project handles {claim.name}")
            result = task(unit, claim.payload, JobContext(unit, claim, self._ledger, self._heartbeat, lines))
            self._ledger.add_log(unit.session, claim, lines.pending)
            self._ledger.succeed(unit.session, claim, result_document(result))
        log.info("job succeeded")

    def _end(self, claim: Claim, lines: CapturedLines, error: BaseException) -> None:
        """Write the state that follows from the error; if that fails, the reaper acts when the lease expires."""
        state, problem = judge(error)
        try:
            self._write_end(claim, lines, state, problem)
        except LostLease:
            log.warning("job lost to another worker")
            fail_span("lost to another worker")
        except Unavailable as unavailable:
            log.warning("job's end not written", reason=unavailable.reason or unavailable.detail)
        except Exception:  # the process goes on to other jobs, and this one's lease expires
            log.exception("job's end not written")
        # Last, because the text of an exception is the handler's code too.
        if state == State.FAILED and problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("handler raised", exc_info=error)

    def _write_end(self, claim: Claim, lines: CapturedLines, state: State, problem: Problem) -> None:
        if state == State.CANCELLED:
            self._cancel(claim, lines)
        elif state == State.FAILED or claim.attempt >= claim.max_attempts:
            self._fail(claim, lines, problem)
        else:
            self._retry_later(claim, lines, problem)

    def _retry_later(self, claim: Claim, lines: CapturedLines, problem: Problem) -> None:
        delay, document = self._units.policy.backoff(claim.attempt), problem_document(problem)
        try:
            self._write(claim, lines, lambda session: self._ledger.retry_later(session, claim, delay, document))
        except Cancelled:
            self._cancel(claim, lines)
            return
        fail_span(problem.title)
        log.warning("job retry scheduled", seconds=round(delay.total_seconds(), 1), reason=problem.detail)

    def _cancel(self, claim: Claim, lines: CapturedLines) -> None:
        self._write(claim, lines, lambda session: self._ledger.cancel(session, claim))
        log.info("job cancelled")

    def _fail(self, claim: Claim, lines: CapturedLines, problem: Problem) -> None:
        document = problem_document(problem)
        self._write(claim, lines, lambda session: self._ledger.fail(session, claim, document))
        fail_span(problem.title)
        log.warning("job failed", reason=problem.title)

    def _write(self, claim: Claim, lines: CapturedLines, transition: Callable[[Session], None]) -> None:
        with self._units.database.transaction() as session:
            self._ledger.add_log(session, claim, lines.pending)
            transition(session)
