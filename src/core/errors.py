"""Why a service refuses a request or a job.

    Refusal                  409   the base; an app may subclass it directly and set `title` and `status`
    ├── Malformed            400   the input cannot be parsed
    ├── Unauthenticated      401   the caller is unknown; sent with WWW-Authenticate
    ├── Forbidden            403   the caller is known and not allowed to do this
    ├── NotFound             404   the resource does not exist
    ├── Conflict             409   the resource is in a state that does not allow this
    │   └── Stale            412   the resource has changed since the caller read it
    ├── Invalid              422   the input can be parsed and breaks a rule
    └── Unavailable          503   a dependency does not answer; sent with Retry-After
        └── TooManyRequests  429   the caller exceeded a limit; sent with Retry-After

Services raise these and know neither HTTP nor Celery. Over HTTP each becomes a problem (RFC 9457) with this status.
A job that raises Unavailable (or TooManyRequests) is retried with backoff; any other refusal fails the job.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True)
class Violation:
    """One broken rule: its place (a JSON pointer, or the name of a parameter or header) and what is wrong there."""

    pointer: str
    detail: str


class Refusal(Exception):
    """The base of all refusals; `detail` is shown to the caller, `link` is the URL of the resource that is in the way.

    The attributes have defaults on the class, so that a subclass may set them there or replace `__init__`.
    """

    title = "Refused"
    status = HTTPStatus.CONFLICT
    detail = ""
    violations: tuple[Violation, ...] = ()
    link: str | None = None

    def __init__(self, detail: str, violations: tuple[Violation, ...] = (), link: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.violations = violations
        self.link = link


class Malformed(Refusal):
    """The input cannot be parsed."""

    title = "Malformed request"
    status = HTTPStatus.BAD_REQUEST


class Unauthenticated(Refusal):
    """The caller is unknown; `challenge` is the value of WWW-Authenticate, such as `Bearer realm="shop"`."""

    title = "Unauthenticated"
    status = HTTPStatus.UNAUTHORIZED
    challenge = "Bearer"

    def __init__(self, detail: str, challenge: str = "Bearer") -> None:
        super().__init__(detail)
        self.challenge = challenge


class Forbidden(Refusal):
    """The caller is known and not allowed to do this."""

    title = "Forbidden"
    status = HTTPStatus.FORBIDDEN


class NotFound(Refusal):
    """The resource does not exist."""

    title = "Not Found"
    status = HTTPStatus.NOT_FOUND


class Conflict(Refusal):
    """The resource is in a state that does not allow this."""

    title = "Conflict"
    status = HTTPStatus.CONFLICT


class Stale(Conflict):
    """The resource has changed since the caller read it."""

    title = "Precondition failed"
    status = HTTPStatus.PRECONDITION_FAILED


class Invalid(Refusal):
    """The input can be parsed and breaks a rule."""

    title = "Invalid"
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class Unavailable(Refusal):
    """A dependency does not answer; the caller may try again after `retry_after` seconds.

    `reason` is the underlying library's error message, for logs and the terminal; clients never see it.
    """

    title = "Unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    retry_after = 5
    reason = ""

    def __init__(self, detail: str, retry_after: int = 5, reason: str = "") -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        self.reason = reason


class TooManyRequests(Unavailable):
    """The caller exceeded a limit; it may try again after `retry_after` seconds."""

    title = "Too Many Requests"
    status = HTTPStatus.TOO_MANY_REQUESTS


@contextmanager
def unavailable_on(*foreign: type[Exception], what: str) -> Iterator[None]:
    """Translate a library's exceptions into Unavailable at the place where they enter."""
    try:
        yield
    except foreign as error:
        raise Unavailable(f"{what} is unavailable", reason=first_line(error)) from error


def first_line(error: BaseException) -> str:
    """The first line of an exception's message, or its class; the further lines are for the library's developers."""
    return next(iter(str(error).splitlines()), "") or type(error).__name__
