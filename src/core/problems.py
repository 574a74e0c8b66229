"""Problem details (RFC 9457): every refusal and every failure in one format, over HTTP and in a job's row."""

from http import HTTPStatus

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from core.errors import Invalid, Refusal, Unauthenticated, Unavailable, Violation

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What went wrong, for the caller."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    errors: list[Violation] | None = None
    instance: str | None = None
    request_id: str | None = None

    def body(self) -> str:
        """The problem as JSON, without the members that are None."""
        return self.model_dump_json(exclude_none=True)


def problem_of(error: Exception) -> Problem:
    """The part of an exception that a caller may see: all of a refusal, nothing of a defect."""
    if isinstance(error, Refusal):
        return _of_refusal(error)
    if isinstance(error, ValidationError):
        return _of_refusal(Invalid("The input does not match its schema", violations(error)))
    return Problem(title="Internal error", status=HTTPStatus.INTERNAL_SERVER_ERROR)


def headers_of(error: Exception) -> dict[str, str]:
    """The HTTP headers that belong to this exception's problem."""
    if isinstance(error, Unavailable):
        return {"Retry-After": str(error.retry_after)}
    return {"WWW-Authenticate": error.challenge} if isinstance(error, Unauthenticated) else {}


def violations(error: ValidationError, prefix: str = "#/") -> tuple[Violation, ...]:
    """Pydantic's errors as JSON pointers and sentences, without the values that were sent."""
    return tuple(Violation(_pointer(item, prefix), item["msg"]) for item in error.errors(include_url=False))


def _pointer(item: ErrorDetails, prefix: str) -> str:
    steps = "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in item["loc"])
    # RFC 6901: `#` is the whole document, and `#/` is its member with an empty name.
    return prefix + steps if item["loc"] else prefix.removesuffix("/")


def _of_refusal(error: Refusal) -> Problem:
    return Problem(
        title=error.title,
        status=error.status,
        detail=str(error.detail) or None,
        errors=list(error.violations) or None,
        instance=error.link,
    )
