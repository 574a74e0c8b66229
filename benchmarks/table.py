"""The table of docs/speed.md: a benchmark replaces its own rows and leaves the others as they are."""

import os
import platform
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.figures import Figure, ratio_of
from core.testing.services import find_program

BEGIN, END = "<!-- the rows below are written by `make bench` -->", "<!-- end of what `make bench` writes -->"
HEAD = ("| | | median | | ratio | compared with |", "|---|---|---:|---|---:|---|")
BLOCK = re.compile(f"{re.escape(BEGIN)}\n(.*?){re.escape(END)}", re.DOTALL)
NOTES = ("| | measured |", "|---|---|")
OWNER = re.compile(r"\| `(\w+)` \|")
NOTE = re.compile(r"\| `\w+` \| [^|]* \|$")
PACKAGES = ("flask", "celery", "sqlalchemy", "psycopg", "redis")
SERVERS = ("postgres", "redis-server")
NUMBER = re.compile(r"\d+(?:\.\d+)+")


def write_table(path: Path, measured: Mapping[str, Sequence[Figure]], order: Sequence[str]) -> None:
    """Put the figures of these benchmarks into the document; raises ValueError if it has no place for them."""
    text = path.read_text("utf-8")
    block = BLOCK.search(text)
    if block is None:
        raise ValueError(f"{path} has no line {BEGIN}")
    kept = [line for line in block[1].splitlines() if (owner := OWNER.match(line)) and owner[1] not in measured]
    lines = kept + [line for name, figures in measured.items() for line in lines_of(name, figures)]
    lines.sort(key=_place(order))
    rows, notes = ([line for line in lines if bool(NOTE.match(line)) == is_note] for is_note in (False, True))
    written = "\n".join((BEGIN, "", *HEAD, *rows, "", *NOTES, *notes, "", END))
    path.write_text(text.replace(block[0], written), "utf-8")


def lines_of(name: str, figures: Sequence[Figure]) -> Iterator[str]:
    """The rows of a benchmark, and the line that says where they were measured."""
    for figure in figures:
        ratio = ratio_of(figure, figures)
        shown = "" if ratio is None else f"{ratio:.2f}"
        base = figure.base if ratio is not None and figure.base != figure.name else ""
        yield f"| `{name}` | {figure.name} | {readable(figure.value)} | {figure.unit} | {shown} | {base} |"
    yield f"| `{name}` | {conditions()} |"


def readable(value: float) -> str:
    """Three digits that mean something."""
    if not value:
        return "0"
    digits = next((digits for digits, least in enumerate((100, 10, 1)) if abs(value) >= least), 3)
    return f"{value:,.{digits}f}"


def conditions() -> str:
    """The day, the machine, its load, and the versions of what was measured."""
    packages = [f"{name} {version(name)}" for name in PACKAGES]
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, load {os.getloadavg()[0]:.1f}"
    return ", ".join(
        [f"{datetime.now(UTC):%Y-%m-%d}", machine, f"Python {platform.python_version()}", *packages, *_servers()]
    )


def _servers() -> Iterator[str]:
    for name in SERVERS:
        program = find_program(name)
        if program is not None:
            told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
            yield f"{name} {''.join(NUMBER.findall(told)[:1])}"


def _place(order: Sequence[str]) -> Callable[[str], int]:
    def place(line: str) -> int:
        owner = OWNER.match(line)
        return order.index(owner[1]) if owner and owner[1] in order else len(order)

    return place
