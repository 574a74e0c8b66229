"""Random numbers that a seed determines."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Dice:
    """A sequence of numbers that the seed determines."""

    seed: int
    _throws: Iterator[int] = field(default_factory=count)

    def below(self, limit: int) -> int:
        """A number from 0 to less than the limit."""
        digest = hashlib.sha256(f"{self.seed}:{next(self._throws)}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % limit

    def choice(self, things: Sequence[T]) -> T:
        """One of these."""
        return things[self.below(len(things))]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """All of these in another order."""
        left, order = list(things), list[T]()
        while left:
            order.append(left.pop(self.below(len(left))))
        return order
