"""The table of results."""

from dataclasses import dataclass

from tests.chaos.verdict import Verdict

HEAD = (
    "fault",
    "accepted",
    "succeeded",
    "failed",
    "lost",
    "held",
    "twice",
    "phantom",
    "refused",
    "slowest s",
    "recovery s",
)
WIDTH = 40


@dataclass(frozen=True)
class Row:
    """A round: the fault, the counts, and the findings."""

    fault: str
    verdict: Verdict
    held: int
    refused: int
    slowest: float
    recovery: float
    findings: tuple[str, ...]

    @property
    def violations(self) -> list[str]:
        """Every violation of the promise."""
        return [*self.verdict.violations, *self.findings]

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as texts."""
        found = self.verdict
        ends = (found.accepted, found.succeeded, found.failed, found.lost, self.held, found.twice, found.phantom)
        return (
            self.fault,
            *(str(count) for count in (*ends, self.refused)),
            f"{self.slowest:.1f}",
            f"{self.recovery:.1f}",
        )


def line(cells: tuple[str, ...]) -> str:
    """A line for a terminal."""
    return cells[0].ljust(WIDTH) + "".join(cell.rjust(11) for cell in cells[1:])


def markdown(stack: str, rows: list[Row]) -> str:
    """The table for a document."""
    lines = [f"| {stack}: {' | '.join(HEAD)} |", "|---|" + "---:|" * (len(HEAD) - 1)]
    return "\n".join([*lines, *(f"| {' | '.join(row.cells)} |" for row in rows)]) + "\n"
