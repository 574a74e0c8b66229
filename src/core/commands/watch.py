"""`manage.py jobs watch`: follow one job until it is finished."""

import sys
import threading
from uuid import UUID

import click

from core.commands.context import ProjectContext, json_option, open_project
from core.commands.project import EXAMPLE_ID, ProjectNames, examples, pass_names
from core.commands.tables import bar, coloured, describe_progress
from core.console.events import JobChanges
from core.errors import Unavailable
from core.http.event_streams import Poll
from core.jobs.states import State
from core.jobs.views import JobView
from core.observability.logging import printable

POLL_SECONDS = 0.5
EXIT = {State.SUCCEEDED: 0, State.FAILED: 1, State.CANCELLED: 3}
INTERRUPTED = 130
GONE = 4


@click.command(epilog=examples(f"manage.py jobs watch {EXAMPLE_ID} && echo done"))
@click.argument("job_id", metavar="ID", type=click.UUID)
@json_option
@pass_names
def watch(project: ProjectNames, job_id: UUID, is_json: bool) -> None:
    """Follow a job until it is finished.

    The exit status is 0 if the job succeeded, 1 if it failed, 3 if it was cancelled, 4 if it was deleted meanwhile.
    Ctrl-C stops watching (exit status 130); the job continues.
    """
    with open_project(project) as context:
        with context.reading() as service:
            service.read(job_id)
        raise SystemExit(follow(context, job_id, is_json=is_json))


def follow(context: ProjectContext, job_id: UUID, *, is_json: bool) -> int:
    """Print each change of the job until it is finished; returns the exit status."""
    changes, pause = JobChanges(context.reading, job_id, None), threading.Event()
    status = GONE
    try:
        while True:
            poll = _poll(changes)
            for event in poll.events:
                job = JobView.model_validate_json(event.data)
                _print(job, event.data if is_json else "")
                status = EXIT.get(job.state, GONE)
            if poll.is_last:
                return status
            pause.wait(POLL_SECONDS)
    except KeyboardInterrupt:
        click.echo(f"\nstopped watching; the job continues (to cancel it: manage.py jobs cancel {job_id})", err=True)
        return INTERRUPTED


def _poll(changes: JobChanges) -> Poll:
    try:
        return changes()
    except Unavailable:
        return Poll()  # the database may be restarting


def _print(job: JobView, line: str) -> None:
    if line:
        click.echo(line)
        return
    progress = f"{bar(job.progress)} {describe_progress(job.progress)}"
    text = f"{printable(job.name)}  {coloured(job.state)}  {progress}".rstrip(" -")
    if detail := (job.problem or {}).get("detail"):
        text += f"  {printable(str(detail))}"
    # On a terminal, each line overwrites the one before until the job is finished.
    is_rewritten = sys.stdout.isatty() and job.finished_at is None
    click.echo(("\r\x1b[K" if sys.stdout.isatty() else "") + text, nl=not is_rewritten)
