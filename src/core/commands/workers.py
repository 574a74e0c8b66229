"""`manage.py workers`: who is alive, what each runs, since when."""

import click

from core.commands.context import json_option, open_project
from core.commands.project import ProjectNames, examples, pass_names
from core.commands.tables import printable, table, told
from core.console.schemas import WorkerList, WorkerView
from core.console.wording import age

HEADERS = ("WORKER", "ALIVE", "SEEN", "UP", "QUEUES", "BUSY", "RUNS")


@click.command(epilog=examples("manage.py workers", "manage.py workers --json"))
@json_option
@pass_names
def workers(project: ProjectNames, is_json: bool) -> None:
    """List the workers: who is alive, what each runs, since when."""
    with open_project(project) as context, context.reading() as console:
        listed = WorkerList.of(console.workers())
    if is_json:
        click.echo(listed.model_dump_json(ensure_ascii=True))
    elif listed.items:
        click.echo(table(HEADERS, [row for worker in listed.items for row in _rows(worker)]))
    else:
        click.echo("no workers; `manage.py run worker` starts one")


def _rows(worker: WorkerView) -> list[tuple[str, ...]]:
    runs = [f"{job.id}  {printable(job.name)}  {age(job.started_at)}  {told(job.progress)}" for job in worker.running]
    alive = click.style("yes", fg="green") if worker.is_alive else click.style("no", fg="red")
    busy = f"{len(worker.running)}/{worker.concurrency}"
    seen, up = age(worker.seen_at), age(worker.started_at)
    first = (
        printable(worker.name),
        alive,
        seen,
        up,
        printable(",".join(worker.queues)),
        busy,
        runs[0] if runs else "-",
    )
    return [first, *(("", "", "", "", "", "", run) for run in runs[1:])]
