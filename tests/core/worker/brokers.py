"""A broker whose state a test sets."""

from dataclasses import dataclass, field
from uuid import UUID

from core.errors import Unavailable


@dataclass
class FakeBroker:
    """Publishes nothing, and answers what the test has set."""

    marker: str = "first"
    lengths: dict[str, int] = field(default_factory=dict)
    is_unavailable: bool = False

    def ping(self) -> None:
        """Raise Unavailable if that is set."""
        if self.is_unavailable:
            raise Unavailable("The broker is unavailable")

    def length(self, queue: str) -> int:
        """The set value."""
        self.ping()
        return self.lengths.get(queue, 0)

    def publish(self, _job_id: UUID, _queue: str) -> None:
        """Do nothing."""

    def epoch(self) -> str:
        """The set value."""
        self.ping()
        return self.marker
