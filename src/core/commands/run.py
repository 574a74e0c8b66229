"""`manage.py run`: one process of the service, or all of them under one supervisor."""

import os
from collections.abc import Callable

import click

from core.commands.db import opened
from core.commands.processes import beat_command, is_port_free, web_command, worker_command
from core.commands.project import ProjectNames, pass_names
from core.commands.supervise import supervise
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
        address = f"http://{settings.host}:{settings.port}"
        click.secho(f"Golden Core on {address} · documentation {address}/docs · Ctrl-C stops it", bold=True)
        raise SystemExit(supervise(settings))


@run.command()
@pass_names
def web(project: ProjectNames) -> None:
    """Serve HTTP with gunicorn."""
    settings = project.read().settings
    _require_port(settings)
    _become(web_command, settings)


@run.command()
@pass_names
def worker(project: ProjectNames) -> None:
    """Run jobs with Celery."""
    _become(worker_command, project.read().settings)


@run.command()
@pass_names
def beat(project: ProjectNames) -> None:
    """Turn schedules into jobs; any number of beats may run."""
    _become(beat_command, project.read().settings)


def _require_port(settings: Settings) -> None:
    if not is_port_free(settings):
        raise click.ClickException(
            f"port {settings.port} on {settings.host} is in use; choose another: make run PORT={settings.port + 1000}"
        )


def _become(command: Callable[[Settings], list[str]], settings: Settings) -> None:
    # The process itself becomes the server, so that signals reach it without a middleman.
    arguments = command(settings)
    os.execv(arguments[0], arguments)
