"""`make bench`: measures everything, or what is named, and writes the table of docs/speed.md."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from benchmarks.figures import BRIEF, Benchmark, Figure, Sizes, ratio_of
from benchmarks.http.requests import measure_requests
from benchmarks.idle import measure_idle
from benchmarks.imports import measure_imports
from benchmarks.jobs import measure_jobs
from benchmarks.lists import measure_lists
from benchmarks.peers.backlog import measure_peers
from benchmarks.startup import measure_startup
from benchmarks.table import readable, write_table
from core.testing.services import find_program

DOCUMENT = Path(__file__).parents[1] / "docs" / "speed.md"
BENCHMARKS: Mapping[str, Benchmark] = {
    "http": measure_requests,
    "jobs": measure_jobs,
    "peers": measure_peers,
    "import": measure_imports,
    "lists": measure_lists,
    "startup": measure_startup,
    "idle": measure_idle,
}
MILLION = 1_000_000
NEEDED = ("postgres", "initdb", "redis-server")
EPILOG = """\b
http     a request in process: instructions if valgrind is installed, CPU time otherwise
jobs     a backlog beside bare Celery, one job on an idle system, the parts of a job
peers    the same backlog beside huey, dramatiq, taskiq, rq and procrastinate, which are
         installed into a folder of the run
import   rows of a CSV file per second of CPU, beside csv and executemany
lists    lists, search, page, metrics and reaper with 10,000 and 100,000 ended jobs
startup  seconds until manage.py --help has ended, and until web and worker are ready
idle     CPU per minute of a system without work

\b
make bench                            everything, in under ten minutes on two cores
make bench ARGS=http                  one of them; the rows of the others stay
make bench ARGS="lists --million"     a million ended jobs as well, which takes minutes
make bench ARGS="jobs --jobs 200 --rounds 1 --dry-run"
                                      a quick look, which writes nothing

\b
Only ratios and instructions can be compared between machines. Other work on the
machine changes every figure but the instructions: the load is noted in the table.
"""


@click.command(epilog=EPILOG)
@click.argument("names", nargs=-1, type=click.Choice(tuple(BENCHMARKS)), metavar="[NAME]...")
@click.option("--rounds", type=int, help="Measurements of each; the median counts.")
@click.option("--jobs", type=int, help="Jobs of a backlog.")
@click.option("--rows", type=int, help="Rows of an import.")
@click.option("--seconds", type=int, help="Length of the sample of an idle system.")
@click.option("--million", is_flag=True, help="Add a million ended jobs to `lists`.")
@click.option("--cpu-time", is_flag=True, help="Measure `http` by CPU time although valgrind is installed.")
@click.option("--brief", is_flag=True, help="Run everything once and tiny, as the tests do; implies --dry-run.")
@click.option("--dry-run", is_flag=True, help="Show the figures and leave docs/speed.md as it is.")
def bench(names: Sequence[str], **options: int | None) -> None:
    """Measure what the service costs, and write the medians and ratios into the table of docs/speed.md."""
    if missing := [name for name in NEEDED if find_program(name) is None]:
        raise click.ClickException(f"make bench needs {', '.join(missing)}: install PostgreSQL and Redis")
    sizes = sizes_of(options)
    measured: dict[str, Sequence[Figure]] = {}
    for name in names or BENCHMARKS:
        click.echo(f"{name}:")
        measured[name] = BENCHMARKS[name](sizes)
        show(measured[name])
        if not options["brief"] and not options["dry_run"]:
            write_table(DOCUMENT, {name: measured[name]}, tuple(BENCHMARKS))


def sizes_of(options: Mapping[str, int | None]) -> Sizes:
    """The sizes with what was asked for."""
    sizes = BRIEF if options["brief"] else Sizes()
    given = {name: value for name, value in options.items() if name in Sizes.model_fields and value is not None}
    ended = (*sizes.ended, MILLION) if options["million"] else sizes.ended
    return sizes.model_copy(update={**given, "ended": ended, "uses_valgrind": not options["cpu_time"]})


def show(figures: Sequence[Figure]) -> None:
    """The figures as lines of a terminal."""
    for figure in figures:
        ratio = ratio_of(figure, figures)
        shown = "" if ratio is None else f"{ratio:8.2f}  {figure.base}"
        click.echo(f"  {figure.name.ljust(56)}{readable(figure.value):>10} {figure.unit.ljust(12)}{shown}".rstrip())


if __name__ == "__main__":
    bench()
