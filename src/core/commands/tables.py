"""Jobs and workers as text for a terminal."""

from collections.abc import Sequence

import click

from core.jobs.states import State
from core.jobs.views import Progress
from core.observability.logging import printable

BAR_CELLS = 20
COLOURS = {
    State.RUNNING: "cyan",
    State.WAITING: "yellow",
    State.SUCCEEDED: "green",
    State.FAILED: "red",
    State.CANCELLED: "magenta",
}


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows as columns, each as wide as its widest cell."""
    widths = [max(len(click.unstyle(row[column])) for row in [headers, *rows]) for column in range(len(headers))]
    return "\n".join(_line(row, widths) for row in [headers, *rows])


def coloured(state: State) -> str:
    """A state in its colour; click removes the colour if the output is no terminal."""
    return click.style(str(state), fg=COLOURS.get(state))


def describe_progress(progress: Progress | None) -> str:
    """A job's progress as text, such as `3/10 rows`."""
    if progress is None:
        return "-"
    total = "" if progress.total is None else f"/{progress.total}"
    return f"{progress.done}{total} {printable(progress.note)}".rstrip()


def bar(progress: Progress | None) -> str:
    """A job's progress as a bar; empty if the total is unknown."""
    if progress is None or not progress.total:
        return ""
    full = min(BAR_CELLS, max(0, BAR_CELLS * progress.done // progress.total))
    return "[" + "#" * full + "." * (BAR_CELLS - full) + "]"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [cell + " " * (width - len(click.unstyle(cell))) for cell, width in zip(row, widths, strict=True)]
    return "  ".join(cells).rstrip()
