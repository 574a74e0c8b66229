"""`manage.py workers`: the workers, the jobs that they run, and the queues that none of them serves."""

import click
from pydantic import BaseModel

from core.commands.context import json_option, open_project
from core.commands.project import ProjectNames, examples, pass_names
from core.commands.tables import describe_progress, table
from core.console.schemas import WorkerList, WorkerView
from core.console.wording import age
from core.jobs.queries import UnservedQueue
from core.observability.logging import printable

HEADERS = ("WORKER", "ALIVE", "SEEN", "UP", "QUEUES", "BUSY", "RUNS")


class Report(BaseModel):
    """The workers, and the queues with waiting jobs that no live worker serves."""

    items: list[WorkerView]
    unserved: list[UnservedQueue]


@click.command(epilog=examples("manage.py workers", "manage.py workers --json"))
@json_option
@pass_names
def workers(project: ProjectNames, is_json: bool) -> None:
    """List the workers and the jobs that they run.

    Then the queues with waiting jobs that no live worker serves: their jobs wait until a worker is started with the
    name of the queue in WORKER_QUEUES. A worker is alive if it has been seen within the last 15 seconds.
    """
    with open_project(project) as context, context.reading() as service:
        listed = WorkerList.of(service.workers()).items
        report = Report(items=listed, unserved=service.unserved_queues())
    if is_json:
        click.echo(report.model_dump_json(ensure_ascii=True))
        return
    rows = [row for worker in report.items for row in _rows(worker)]
    click.echo(table(HEADERS, rows) if rows else "no workers; `manage.py run worker` starts one")
    for queue in report.unserved:
        start = f"WORKER_QUEUES={queue.name} manage.py run worker"
        click.secho(printable(f"{queue}; to start one: {start}"), fg="yellow")


def _rows(worker: WorkerView) -> list[tuple[str, ...]]:
    runs = [
        f"{job.id}  {printable(job.name)}  {age(job.started_at)}  {describe_progress(job.progress)}"
        for job in worker.running
    ]
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
