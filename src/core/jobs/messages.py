"""Messages to workers, and schedules that repeat them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from cronsim import CronSim
from pydantic import BaseModel, ConfigDict

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Message(BaseModel):
    """A request to a worker: frozen, JSON on the wire, named `<app>.<verb_noun>`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wire_name: ClassVar[str]
    queue: ClassVar[str] = "default"
    max_attempts: ClassVar[int] = 5


def queues_of(messages: Iterable[type[Message]]) -> tuple[str, ...]:
    """The queues that these messages name, in alphabetical order."""
    return tuple(sorted({message.queue for message in messages}))


@dataclass(frozen=True)
class Every:
    """A schedule for a message: an interval, or a crontab line (five fields, UTC).

    Its name is the message's, unless a message has two schedules. Raises CronSimError or ValueError for a rule that
    cannot be followed.
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
        """The schedule's name."""
        return self.name or self.message.wire_name

    @property
    def rule(self) -> str:
        """The rule as text, for people."""
        return self.when if isinstance(self.when, str) else f"every {self.when}"

    def next_tick(self, after: datetime) -> datetime:
        """The first tick after a time: multiples of the interval since 1970, or the crontab's times in UTC."""
        if isinstance(self.when, str):
            return next(CronSim(self.when, after.astimezone(UTC)))
        return EPOCH + ((after - EPOCH) // self.when + 1) * self.when
