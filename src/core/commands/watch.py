"""`manage.py jobs watch`: follow one job to its end."""

import sys
import threading
from uuid import UUID

import click

from core.commands.context import ProjectContext, json_option, open_project
from core.commands.project import AN_ID, ProjectNames, examples, pass_names
from core.commands.tables import bar, coloured, printable, told
from core.console.events import JobChanges
from core.errors import Unavailable
from core.http.event_streams import Poll
from core.jobs.states import State
from core.jobs.views import JobView

LOOK_SECONDS = 0.5
EXIT = {State.SUCCEEDED: 0, State.FAILED: 1, State.CANCELLED: 3}
INTERRUPTED = 130
GONE = 4


@click.command(epilog=examples(f"manage.py jobs watch {AN_ID} && echo done"))
@click.argument("job_id", metavar="ID", type=click.UUID)
@json_option
@pass_names
def watch(project: ProjectNames, job_id: UUID, is_json: bool) -> None:
    """Follow a job until it is finished, and end as it does.

    The exit status is 0 for succeeded, 1 for failed, 3 for cancelled. Ctrl-C stops watching, and not the job.
    """
    with open_project(project) as context:
        with context.reading() as console:
            console.read(job_id)
        raise SystemExit(follow(context, job_id, is_json=is_json))


def follow(context: ProjectContext, job_id: UUID, *, is_json: bool) -> int:
    """Print what changes until the job is finished; returns the exit status."""
    look, pause = JobChanges(context.reading, job_id, None), threading.Event()
    status = GONE
    try:
        while True:
            found = _looked(look)
            for event in found.events:
                job = JobView.model_validate_json(event.data)
                _say(job, event.data if is_json else "")
                status = EXIT.get(job.state, GONE)
            if found.is_last:
                return status
            pause.wait(LOOK_SECONDS)
    except KeyboardInterrupt:
        click.echo(f"\nstopped watching; the job goes on (manage.py jobs cancel {job_id} ends it)", err=True)
        return INTERRUPTED


def _looked(look: JobChanges) -> Poll:
    try:
        return look()
    except Unavailable:
        return Poll()  # a database that restarts is waited for


def _say(job: JobView, line: str) -> None:
    if line:
        click.echo(line)
        return
    text = f"{printable(job.name)}  {coloured(job.state)}  {bar(job.progress)} {told(job.progress)}".rstrip(" -")
    if detail := (job.problem or {}).get("detail"):
        text += f"  {printable(str(detail))}"
    # On a terminal a line is written over the line before, until the job is finished.
    is_over = sys.stdout.isatty() and job.finished_at is None
    click.echo(("\r\x1b[K" if sys.stdout.isatty() else "") + text, nl=not is_over)
