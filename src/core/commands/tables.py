"""Jobs and workers as lines of text for a person at a terminal."""

from collections.abc import Sequence

import click

from core.jobs.states import State
from core.jobs.views import Progress

BAR_CELLS = 20
COLOURS = {
    State.RUNNING: "cyan",
    State.WAITING: "yellow",
    State.SUCCEEDED: "green",
    State.FAILED: "red",
    State.CANCELLED: "magenta",
}


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell; the last one may be of any length."""
    widths = [max(len(click.unstyle(row[column])) for row in [headers, *rows]) for column in range(len(headers))]
    return "\n".join(_line(row, widths) for row in [headers, *rows])


def coloured(state: State) -> str:
    """A state in its colour, where the terminal has colours."""
    return click.style(str(state), fg=COLOURS.get(state))


def told(progress: Progress | None) -> str:
    """How far a job is, in a few words."""
    if progress is None:
        return "-"
    total = "" if progress.total is None else f"/{progress.total}"
    return f"{progress.done}{total} {printable(progress.note)}".rstrip()


def bar(progress: Progress | None) -> str:
    """How far a job is, as a bar; empty where nobody can know."""
    if progress is None or not progress.total:
        return ""
    full = min(BAR_CELLS, max(0, BAR_CELLS * progress.done // progress.total))
    return "[" + "#" * full + "." * (BAR_CELLS - full) + "]"


def printable(text: str) -> str:
    """Text that others wrote, on one line and without what would steer the terminal."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [cell + " " * (width - len(click.unstyle(cell))) for cell, width in zip(row, widths, strict=True)]
    return "  ".join(cells).rstrip()
