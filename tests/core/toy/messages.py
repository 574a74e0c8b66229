"""The toy's messages."""

from typing import ClassVar, Literal

from core.jobs import Message


class WriteNote(Message):
    """Write a note, and then end in the given way."""

    wire_name: ClassVar[str] = "toy.write_note"
    max_attempts: ClassVar[int] = 2

    text: str
    then: Literal["succeed", "refuse", "break", "be unavailable", "take too long", "be cancelled", "exit"] = "succeed"


class WriteMany(Message):
    """Write notes one by one, each a step of its own."""

    wire_name: ClassVar[str] = "toy.write_many"

    count: int
    break_after: int | None = None


class Climb(Message):
    """Take steps, each as soon as a folder has a file of its number."""

    wire_name: ClassVar[str] = "toy.climb"
    queue: ClassVar[str] = "climbs"

    steps: int
    folder: str


class Sweep(Message):
    """Remove every note, each hour."""

    wire_name: ClassVar[str] = "toy.sweep"
