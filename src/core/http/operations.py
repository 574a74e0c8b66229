"""The inputs and answers of a resource's method: its decorators record them, and the API's documentation reads them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from pydantic import BaseModel

Method = TypeVar("Method", bound=Callable[..., object])
FILE = "file"
# Whether If-Match is required or optional.
Precondition = Literal["must", "may"]


@dataclass(frozen=True)
class Operation:
    """The models of a method; None or empty if the method has no such input or answer."""

    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    form: type[BaseModel] | None = None
    if_match: Precondition | None = None
    answers: tuple[tuple[int, type[BaseModel] | None, str], ...] = ()


def operation_of(method: Callable[..., object]) -> Operation:
    """What the decorators have recorded of a method so far."""
    operation = method.__dict__.get("operation", Operation())
    return operation if isinstance(operation, Operation) else Operation()


def with_operation(method: Method, operation: Operation) -> Method:
    """The method, with this record."""
    method.__dict__["operation"] = operation
    return method
