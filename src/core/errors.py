"""What a service may refuse, in the domain's words.

    Refusal
    ├── Malformed      what was sent cannot be read
    ├── Invalid        it can be read, but a rule forbids it
    ├── NotFound       there is no such thing
    ├── Conflict       the thing is in another state
    │   └── Stale      it changed since the caller read it
    └── Unavailable    something this service needs is away; later may work

The doors decide what each means: a status over HTTP, an outcome for a job.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """One broken rule: where (a JSON pointer, or a query parameter's or header's name) and what."""

    pointer: str
    detail: str


class Refusal(Exception):
    """What a service refuses; `detail` is for the caller to read, `link` leads to what stands in the way."""

    title = "Refused"

    def __init__(self, detail: str, violations: tuple[Violation, ...] = (), link: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.violations = violations
        self.link = link


class Malformed(Refusal):
    """What was sent cannot be read at all."""

    title = "Malformed request"


class Invalid(Refusal):
    """What was sent can be read, but breaks a rule."""

    title = "Invalid"


class NotFound(Refusal):
    """There is no such thing."""

    title = "Not Found"


class Conflict(Refusal):
    """The thing is not in a state that allows this."""

    title = "Conflict"


class Stale(Conflict):
    """The thing changed since the caller read it."""

    title = "Changed meanwhile"


class Unavailable(Refusal):
    """Something that this service needs is away; `retry_after` says in how many seconds to ask again.

    `reason` is what a library said of it: for the log and the terminal, never for a client.
    """

    title = "Unavailable"

    def __init__(self, detail: str, retry_after: int = 5, reason: str = "") -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        self.reason = reason


@contextmanager
def unavailable_on(*foreign: type[Exception], what: str) -> Iterator[None]:
    """Translate a library's own exceptions into Unavailable, where they enter."""
    try:
        yield
    except foreign as error:
        raise Unavailable(f"{what} is unavailable", reason=first_line(error)) from error


def first_line(error: BaseException) -> str:
    """What a library says of its failure; the lines after the first are for its own developers."""
    return next(iter(str(error).splitlines()), "") or type(error).__name__
