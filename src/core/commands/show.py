"""`manage.py jobs show`: everything about one job."""

import json
from collections.abc import Iterator
from uuid import UUID

import click

from core.commands.context import json_option, open_project
from core.commands.project import EXAMPLE_ID, ProjectNames, examples, pass_names
from core.commands.tables import bar, coloured, describe_progress
from core.console.schemas import EventView, JobDetails
from core.observability.logging import printable


@click.command(
    epilog=examples(
        f"manage.py jobs show {EXAMPLE_ID}",
        f"manage.py jobs show {EXAMPLE_ID} --json",
    )
)
@click.argument("job_id", metavar="ID", type=click.UUID)
@json_option
@pass_names
def show(project: ProjectNames, job_id: UUID, is_json: bool) -> None:
    """Show one job and its history.

    With its payload, its progress, and its result or problem.
    """
    with open_project(project) as context, context.reading() as service:
        job = JobDetails.of(service.read(job_id), service.history(job_id))
    if is_json:
        click.echo(job.model_dump_json(ensure_ascii=True))
        return
    for label, value in _facts(job):
        click.echo(f"{label:<10} {value}")
    for event in job.history:
        click.echo(_line(event))


def _facts(job: JobDetails) -> Iterator[tuple[str, str]]:
    yield "job", f"{job.id}  {printable(job.name)}"
    yield "state", f"{coloured(job.state)}, attempt {job.attempt} of {job.max_attempts}"
    if job.progress is not None:
        yield "progress", f"{bar(job.progress)} {describe_progress(job.progress)}".strip()
    yield from _timestamps(job)
    names = {"queue": job.queue, "worker": job.worker, "unique key": job.unique_key, "request id": job.request_id}
    yield from ((label, printable(name)) for label, name in names.items() if name)
    documents = {"payload": job.payload, "result": job.result, "problem": job.problem}
    yield from ((label, json.dumps(document)) for label, document in documents.items() if document is not None)


def _timestamps(job: JobDetails) -> Iterator[tuple[str, str]]:
    timestamps = {"created": job.created_at, "started": job.started_at, "finished": job.finished_at}
    yield from ((label, f"{timestamp:%Y-%m-%d %H:%M:%S} UTC") for label, timestamp in timestamps.items() if timestamp)


def _line(event: EventView) -> str:
    return f"  {event.at:%H:%M:%S}  attempt {event.attempt}  {event.kind:<9} {printable(event.text)}"
