"""`manage.py run`: one process of the service, or all of them under one supervisor."""

import os
from collections.abc import Callable

import click

from core.commands.db import opened
from core.commands.processes import address, all_commands, beat_command, port_trouble, web_command, worker_command
from core.commands.project import ProjectNames, pass_names, said
from core.commands.supervise import supervise
from core.composition import Project, compose
from core.config import Settings


@click.group(invoke_without_command=True)
@pass_names
@click.pass_context
def run(context: click.Context, project: ProjectNames) -> None:
    """Run web, worker and beat together, after migrating; or one of them alone.

    PORT=9000 listens elsewhere; RELOAD=1 restarts web and worker when the code changes.
    """
    if context.invoked_subcommand is None:
        settings = project.read().settings
        _require_port(settings)
        with opened(project) as migrations:
            migrations.upgrade()
        url = f"http://{address(settings)}"
        click.secho(f"Golden Core on {url} · documentation {url}/docs · Ctrl-C stops it", bold=True)
        raise SystemExit(supervise(all_commands(settings), settings.stop_grace))


@run.command()
@pass_names
def web(project: ProjectNames) -> None:
    """Serve HTTP with gunicorn."""
    read = project.read()
    _require_port(read.settings)
    _become(web_command, read)


@run.command()
@pass_names
def worker(project: ProjectNames) -> None:
    """Run jobs with Celery."""
    _become(worker_command, project.read())


@run.command()
@pass_names
def beat(project: ProjectNames) -> None:
    """Turn schedules into jobs; any number of beats may run."""
    _become(beat_command, project.read())


def _require_port(settings: Settings) -> None:
    if trouble := port_trouble(settings):
        raise click.ClickException(trouble)


def _become(command: Callable[[Settings], list[str]], project: Project) -> None:
    # Composed here once, so that what is wrong is said in a sentence and not by the server's traceback.
    with said():
        compose(project).extensions.close()
    # The process itself becomes the server, so that signals reach it without a middleman.
    arguments = command(project.settings)
    os.execv(arguments[0], arguments)
