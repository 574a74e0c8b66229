"""What a benchmark is given and what it gives: how much to measure, and the figures that it found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


class Sizes(BaseModel):
    """How much is measured."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    calls: int = 40
    rounds: int = 3
    jobs: int = 600
    singles: int = 200
    rows: int = 60_000
    ended: tuple[int, ...] = (10_000, 100_000)
    seconds: int = 20
    starts: int = 5
    uses_valgrind: bool = True


BRIEF = Sizes(calls=2, rounds=1, jobs=4, singles=2, rows=50, ended=(20, 40), seconds=1, starts=1)


@dataclass(frozen=True)
class Figure:
    """A median in its unit; `base` names the figure of the same unit to which its ratio is."""

    name: str
    value: float
    unit: str
    base: str = ""


Benchmark = Callable[[Sizes], Sequence[Figure]]


def ratio_of(figure: Figure, figures: Sequence[Figure]) -> float | None:
    """The figure as a multiple of its base; None if it has none."""
    bases = [other.value for other in figures if (other.name, other.unit) == (figure.base, figure.unit)]
    return figure.value / bases[0] if bases and bases[0] else None
