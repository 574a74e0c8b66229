"""Problem details (RFC 9457): every refusal and every failure in one shape, over HTTP and in a job."""

from http import HTTPStatus

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from core.errors import Conflict, Invalid, Malformed, NotFound, Refusal, Stale, Unavailable, Violation

MEDIA_TYPE = "application/problem+json"
STATUS: dict[type[Refusal], HTTPStatus] = {
    Malformed: HTTPStatus.BAD_REQUEST,
    NotFound: HTTPStatus.NOT_FOUND,
    Stale: HTTPStatus.PRECONDITION_FAILED,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


class BrokenRule(BaseModel):
    """One broken rule: a JSON pointer into what was sent (or a parameter's name), and what is wrong there."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """What went wrong, for the caller."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    errors: list[BrokenRule] | None = None
    instance: str | None = None
    request_id: str | None = None

    def body(self) -> str:
        """The problem as JSON, without the members that it does not have."""
        return self.model_dump_json(exclude_none=True)


def problem_of(error: Exception) -> Problem:
    """What a caller may know of this exception: all of a refusal, nothing of a defect."""
    if isinstance(error, Refusal):
        return _of_refusal(error)
    if isinstance(error, ValidationError):
        return _of_refusal(Invalid("What was sent does not fit its schema", violations(error)))
    return Problem(title="Internal error", status=HTTPStatus.INTERNAL_SERVER_ERROR)


def violations(error: ValidationError, prefix: str = "#/") -> tuple[Violation, ...]:
    """Pydantic's findings as JSON pointers and sentences; the values that were sent stay out of them."""
    return tuple(Violation(_pointer(found, prefix), found["msg"]) for found in error.errors(include_url=False))


def _pointer(found: ErrorDetails, prefix: str) -> str:
    steps = "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in found["loc"])
    # Of the whole there is no step: RFC 6901 calls it `#`, and `#/` the member whose name is empty.
    return prefix + steps if found["loc"] else prefix.removesuffix("/")


def _of_refusal(error: Refusal) -> Problem:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    rules = [BrokenRule(pointer=rule.pointer, detail=rule.detail) for rule in error.violations]
    return Problem(title=error.title, status=status, detail=error.detail, errors=rules or None, instance=error.link)
