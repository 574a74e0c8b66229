"""What a handler returned or raised, as the ledger stores it; whatever it is, the job gets a state."""

from celery.exceptions import SoftTimeLimitExceeded
from pydantic import BaseModel

from core.database.types import Document, storable
from core.errors import Unavailable
from core.jobs.states import State
from core.jobs.transitions import Cancelled, LostLease
from core.observability.logging import logger
from core.problems import Problem, problem_of

CANCELLED = Problem(title="Cancelled", status=409)
TIMED_OUT = Problem(title="Time limit exceeded", status=504, detail="The job took longer than its time limit")
LEASE_LOST = Problem(title="Lease lost", status=500, detail="The handler stopped because it took its lease for lost")
INTERNAL_ERROR = Problem(title="Internal error", status=500)

log = logger(__name__)


class UnusableResult(Exception):
    """The handler returned something that is no result of a job."""


def result_document(result: object) -> Document | None:
    """A handler's result as JSON.

    Numbers that JSON does not have (NaN, Infinity) become null, as in every response of the API. Raises UnusableResult
    if it is neither None nor a model whose JSON is an object.
    """
    if result is None:
        return None
    document: object = result.model_dump(mode="json") if isinstance(result, BaseModel) else result
    if not isinstance(result, BaseModel) or not isinstance(document, dict):
        raise UnusableResult(f"a handler returns None or a model that is a JSON object, not {type(result).__name__}")
    return storable(document)


def problem_document(problem: Problem) -> Document:
    """A problem as JSON, without the members that it does not have."""
    return storable(problem.model_dump(mode="json", exclude_none=True))


def judge(error: BaseException) -> tuple[State, Problem]:
    """The state that a job enters when its handler raised this, and why.

    `waiting` stands for another attempt, if the job may have one. An exception that ends the process (SystemExit,
    KeyboardInterrupt) is no verdict on the job.
    """
    match _only_cause(error):
        case Cancelled():
            verdict = State.CANCELLED, CANCELLED
        case LostLease():
            verdict = State.WAITING, LEASE_LOST
        case SoftTimeLimitExceeded():
            verdict = State.FAILED, TIMED_OUT
        case Exception() as exception:
            state = State.WAITING if isinstance(exception, Unavailable) else State.FAILED
            verdict = state, _problem(exception)
        case interruption:
            verdict = State.WAITING, _interrupted_by(interruption)
    return verdict


def _only_cause(error: BaseException) -> BaseException:
    # A handler that runs tasks in a group raises a group, also for a single Cancelled or Unavailable.
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def _problem(error: Exception) -> Problem:
    try:
        return problem_of(error)
    except Exception:  # an app's own exception may lack what it inherits, and its job needs an end nevertheless
        log.exception("exception has no problem", exception_type=type(error).__name__)
        return INTERNAL_ERROR


def _interrupted_by(error: BaseException) -> Problem:
    return Problem(title="Interrupted", status=500, detail=f"{type(error).__name__} ended the job's process")
