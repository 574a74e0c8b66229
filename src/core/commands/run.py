"""`manage.py run`: one process of the service, or all of them under one supervisor."""

import os
from collections.abc import Callable

import click

from core.commands.db import open_migrations
from core.commands.processes import address, all_commands, beat_command, find_port_problem, web_command, worker_command
from core.commands.project import ProjectNames, examples, pass_names, report_errors
from core.commands.supervise import parent_to_watch, supervise
from core.composition import Project, compose
from core.config import Settings


@click.group(
    invoke_without_command=True,
    epilog=examples("manage.py run", "PORT=9000 RELOAD=1 manage.py run", "WORKER_QUEUES=mails manage.py run worker"),
)
@click.option(
    "--stop-with-parent",
    is_flag=True,
    help="Stop when the process that started this one ends, even in the background; make run passes it.",
)
@pass_names
@click.pass_context
def run(context: click.Context, project: ProjectNames, *, stop_with_parent: bool) -> None:
    """Run the service, or with a COMMAND one of its processes.

    Without a command: migrates the database, then runs web, worker and beat together. If one of them ends, the others
    are stopped. Ctrl-C, SIGTERM and a closed terminal stop all of them: requests and jobs that are running get
    STOP_GRACE seconds to finish, and a second Ctrl-C stops at once.

    Settings: PORT is the port of web; RELOAD=1 restarts the processes when the code changes.
    """
    if context.invoked_subcommand is None:
        parent = parent_to_watch(is_forced=stop_with_parent)
        settings = project.read().settings
        _require_port(settings)
        with open_migrations(project) as migrations:
            migrations.upgrade()
        url = f"http://{address(settings)}"
        click.secho(f"Golden Core on {url} · documentation {url}/docs · Ctrl-C stops it", bold=True)
        raise SystemExit(supervise(all_commands(settings), settings.stop_grace, parent))


@run.command(epilog=examples("manage.py run web", "HOST=0.0.0.0 WEB_WORKERS=4 manage.py run web"))
@pass_names
def web(project: ProjectNames) -> None:
    """Serve HTTP requests with gunicorn.

    It does not migrate the database: run `manage.py db upgrade` first. WEB_WORKERS and WEB_THREADS are the numbers of
    processes and of threads in each.
    """
    read = project.read()
    _require_port(read.settings)
    _become(web_command, read)


@run.command(epilog=examples("manage.py run worker", "WORKER_QUEUES=mails,default manage.py run worker"))
@pass_names
def worker(project: ProjectNames) -> None:
    """Run jobs with Celery.

    Start as many workers as you like. WORKER_CONCURRENCY is the number of jobs that one runs at once, WORKER_QUEUES
    are the queues that it takes jobs from.
    """
    _become(worker_command, project.read())


@run.command(epilog=examples("manage.py run beat"))
@pass_names
def beat(project: ProjectNames) -> None:
    """Enqueue the jobs of schedules when they are due.

    One is enough; with several, each tick of a schedule is still enqueued once.
    """
    _become(beat_command, project.read())


def _require_port(settings: Settings) -> None:
    if problem := find_port_problem(settings):
        raise click.ClickException(problem)


def _become(command: Callable[[Settings], list[str]], project: Project) -> None:
    # Composed here once, so that a wrong setting is reported in a sentence and not in the server's traceback.
    with report_errors():
        compose(project).extensions.close()
    # The process itself becomes the server, so that signals reach it directly.
    arguments = command(project.settings)
    os.execv(arguments[0], arguments)
