"""What travels to a worker, and what repeats."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from cronsim import CronSim
from pydantic import BaseModel, ConfigDict

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Message(BaseModel):
    """What is asked of a worker: frozen, JSON on the wire, named `<app>.<verb_noun>`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wire_name: ClassVar[str]
    queue: ClassVar[str] = "default"
    max_attempts: ClassVar[int] = 5


@dataclass(frozen=True)
class Every:
    """A message that repeats: after an interval, or at a crontab's times (five fields, UTC).

    Its name is the message's, unless a message repeats in two ways. Raises CronSimError or ValueError where the rule
    makes no sense.
    """

    when: timedelta | str
    message: Message
    name: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.when, timedelta) and self.when <= timedelta(0):
            raise ValueError(f"{self.key} repeats after {self.when}: the interval must be positive")
        self.next_tick(EPOCH)

    @property
    def key(self) -> str:
        """What the schedule is called."""
        return self.name or self.message.wire_name

    @property
    def rule(self) -> str:
        """When it repeats, for people."""
        return self.when if isinstance(self.when, str) else f"every {self.when}"

    def next_tick(self, after: datetime) -> datetime:
        """The first tick after a moment: multiples of the interval since 1970, or the crontab's times in UTC."""
        if isinstance(self.when, str):
            return next(CronSim(self.when, after.astimezone(UTC)))
        return EPOCH + ((after - EPOCH) // self.when + 1) * self.when
