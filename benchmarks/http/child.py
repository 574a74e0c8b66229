"""The process that is counted: calls every case while it is warm, and writes what each call cost."""

import ctypes
import gc
import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from statistics import median

import click

from benchmarks.figures import Figure
from benchmarks.http.calls import Call, Case
from benchmarks.http.cases import open_calls
from benchmarks.places import POSTGRES, SQLITE, settings_for
from core.environ import read_settings

WARM = 10
ROUNDS = 15
TOTALS = "totals:"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("embedded", type=click.Path(path_type=Path))
@click.argument("calls", type=int)
@click.option("--library", type=click.Path(path_type=Path))
def count(folder: Path, embedded: Path, calls: int, library: Path | None) -> None:
    """Write figures.json into FOLDER."""
    stacks = {POSTGRES: read_settings(), SQLITE: settings_for(embedded)}
    with open_calls(stacks) as cases:
        for call in cases.values():
            for _ in range(WARM):
                call()
        gc.disable()
        if library is None:
            costs, unit = by_processor_time(cases, calls), "µs CPU"
        else:
            costs, unit = by_instructions(cases, calls, library, folder), "kI"
    figures = [Figure(case.name, cost, unit, case.base) for case, cost in costs.items()]
    (folder / "figures.json").write_text(json.dumps([asdict(figure) for figure in figures]))


def by_instructions(cases: Mapping[Case, Call], calls: int, library: Path, folder: Path) -> dict[Case, float]:
    """Thousands of instructions per call."""
    callgrind = ctypes.CDLL(str(library))
    callgrind.start()
    costs = {}
    for number, (case, call) in enumerate(cases.items(), start=1):
        call()
        callgrind.zero()
        for _ in range(calls):
            call()
        callgrind.dump(str(number).encode())
        costs[case] = instructions(folder / f"instructions.{number}") / calls / 1000
    return costs


def instructions(dump: Path) -> int:
    """The sum at the end of a dump."""
    lines = dump.read_text(errors="replace").splitlines()
    return next(int(line.removeprefix(TOTALS)) for line in reversed(lines) if line.startswith(TOTALS))


def by_processor_time(cases: Mapping[Case, Call], calls: int) -> dict[Case, float]:
    """Microseconds of this thread per call: the median of rounds in which the cases take turns."""
    rounds: dict[Case, list[float]] = {case: [] for case in cases}
    for _ in range(ROUNDS):
        for case, call in cases.items():
            began = time.thread_time_ns()
            for _ in range(calls):
                call()
            rounds[case].append((time.thread_time_ns() - began) / calls / 1000)
    return {case: median(costs) for case, costs in rounds.items()}


if __name__ == "__main__":
    count()
