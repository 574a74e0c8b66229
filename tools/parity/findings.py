"""What parity finds: a span of a file that it understands, and what is wrong with it, if anything."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tools.parity.tree import Spot, Text

DECIDE = "write {wanted} there; if it is {other} that should change, change it and ask make parity for the rest"


@dataclass(frozen=True)
class Finding:
    """A disagreement or a refusal: where, what, against what, and how to mend it."""

    spot: Spot
    said: str
    mend: str
    other: Spot | None = None

    def __str__(self) -> str:
        against = f" [{self.other}]" if self.other else ""
        return f"{self.spot}: {self.said}{against}\n    mend: {self.mend}"


@dataclass(frozen=True)
class Claim:
    """A span that somebody has declared, and the finding about it."""

    text: Text
    start: int
    end: int
    said: str = ""
    mend: str = ""
    other: Spot | None = None

    @property
    def value(self) -> str:
        """What stands there."""
        return self.text.content[self.start : self.end]

    def finding(self) -> Finding | None:
        """Nothing where all is well."""
        if not self.said:
            return None
        return Finding(self.text.spot(self.start), self.said, self.mend, self.other)


Found = Claim | Finding


def findings(found: Iterable[Found]) -> Iterator[Finding]:
    """The disagreements among what was found."""
    for each in found:
        finding = each.finding() if isinstance(each, Claim) else each
        if finding:
            yield finding


def differs(name: str, value: str, wanted: str, other: Spot) -> tuple[str, str]:
    """How a difference is told, and its mend."""
    said = f"{name} is {value!r} here and {wanted!r} there"
    return said, DECIDE.format(wanted=wanted, other=other)
