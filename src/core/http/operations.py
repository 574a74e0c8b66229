"""What a method of a resource takes and gives, noted by its decorators and read by the documentation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from pydantic import BaseModel

Method = TypeVar("Method", bound=Callable[..., object])
FILE = "file"
# Whether If-Match must be sent, or may be.
Precondition = Literal["must", "may"]


@dataclass(frozen=True)
class Operation:
    """The models of an operation; what is None or empty, it does not take or give."""

    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    form: type[BaseModel] | None = None
    if_match: Precondition | None = None
    answers: tuple[tuple[int, type[BaseModel] | None, str], ...] = ()


def operation_of(method: Callable[..., object]) -> Operation:
    """What the decorators noted of a method."""
    found = method.__dict__.get("operation", Operation())
    return found if isinstance(found, Operation) else Operation()


def with_operation(method: Method, operation: Operation) -> Method:
    """The method, with what was noted of it."""
    method.__dict__["operation"] = operation
    return method
