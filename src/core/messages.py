"""What travels to a worker, and what repeats."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """What is asked of a worker: frozen, JSON on the wire, named `<app>.<verb_noun>`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wire_name: ClassVar[str]
    queue: ClassVar[str] = "default"
    max_attempts: ClassVar[int] = 5


@dataclass(frozen=True)
class Every:
    """A message that repeats: after an interval, or at a crontab's times (five fields, UTC)."""

    when: timedelta | str
    message: Message
