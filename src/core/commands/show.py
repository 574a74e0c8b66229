"""`manage.py jobs show`: everything that is known of one job."""

import json
from collections.abc import Iterator
from uuid import UUID

import click

from core.commands.context import json_option, open_project
from core.commands.project import AN_ID, ProjectNames, examples, pass_names
from core.commands.tables import bar, coloured, printable, told
from core.console.schemas import EventView, JobDetails


@click.command(
    epilog=examples(
        f"manage.py jobs show {AN_ID}",
        f"manage.py jobs show {AN_ID} --json",
    )
)
@click.argument("job_id", metavar="ID", type=click.UUID)
@json_option
@pass_names
def show(project: ProjectNames, job_id: UUID, is_json: bool) -> None:
    """Show a job: its payload, progress, result or problem, and what happened to it."""
    with open_project(project) as context, context.reading() as console:
        job = JobDetails.of(console.read(job_id), console.history(job_id))
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
        yield "progress", f"{bar(job.progress)} {told(job.progress)}".strip()
    yield from _moments(job)
    names = {"queue": job.queue, "worker": job.worker, "unique key": job.unique_key, "request id": job.request_id}
    yield from ((label, printable(name)) for label, name in names.items() if name)
    documents = {"payload": job.payload, "result": job.result, "problem": job.problem}
    yield from ((label, json.dumps(document)) for label, document in documents.items() if document is not None)


def _moments(job: JobDetails) -> Iterator[tuple[str, str]]:
    moments = {"created": job.created_at, "started": job.started_at, "finished": job.finished_at}
    yield from ((label, f"{moment:%Y-%m-%d %H:%M:%S} UTC") for label, moment in moments.items() if moment)


def _line(event: EventView) -> str:
    return f"  {event.at:%H:%M:%S}  attempt {event.attempt}  {event.kind:<9} {printable(event.text)}"
