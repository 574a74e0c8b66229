"""`manage.py jobs enqueue`: create a job from a terminal."""

import difflib
import sys
from collections.abc import Mapping

import click
from pydantic import ValidationError

from core.commands.context import json_option, open_project
from core.commands.project import ProjectNames, examples, pass_names
from core.commands.watch import follow
from core.errors import Invalid
from core.jobs.messages import Message
from core.problems import violations


@click.command(
    epilog=examples(
        "manage.py jobs enqueue",
        "manage.py jobs enqueue core.purge_jobs --watch",
        "manage.py jobs enqueue reports.make_report - < payload.json",
    )
)
@click.argument("name", required=False)
@click.argument("payload", default="{}")
@click.option("--watch", "is_watched", is_flag=True, help="Follow the job until it is finished, as `jobs watch` does.")
@json_option
@pass_names
def enqueue(project: ProjectNames, name: str | None, payload: str, is_watched: bool, is_json: bool) -> None:
    """Enqueue a job for the message NAME with this PAYLOAD.

    PAYLOAD is a JSON object with the fields of the message; `-` reads it from standard input. Without a NAME, the
    command lists the messages with their fields; a `?` marks those that may be left out.
    """
    with open_project(project) as context:
        if name is None:
            click.echo("\n".join(_describe(message) for message in context.messages.values()))
            return
        message = read_message(context.messages, name, sys.stdin.read() if payload == "-" else payload)
        with context.units.open() as unit:
            job_id = unit.enqueue(message)
            job = unit.job(job_id)
        if is_watched:
            raise SystemExit(follow(context, job_id, is_json=is_json))
        queued = f"{job_id}  queued; follow it with manage.py jobs watch {job_id}"
        click.echo(job.model_dump_json(ensure_ascii=True) if is_json else queued)


def read_message(messages: Mapping[str, type[Message]], name: str, payload: str) -> Message:
    """The message with this name and payload; raises UsageError if the name is unknown, Invalid if the payload is."""
    kind = messages.get(name)
    if kind is None:
        near = difflib.get_close_matches(name, messages, n=1)
        suggestion = f" Did you mean {near[0]}?" if near else ""
        raise click.UsageError(
            f"No app of this project handles {name}.{suggestion} Known messages: {', '.join(messages)}."
        )
    try:
        return kind.model_validate_json(payload)
    except ValidationError as error:
        raise Invalid(f"The payload is invalid for {_describe(kind)}", violations(error)) from error


def _describe(message: type[Message]) -> str:
    fields = (f"{name}{'' if field.is_required() else '?'}" for name, field in message.model_fields.items())
    summary = (message.__doc__ or "").partition("\n")[0]
    return f"{message.wire_name} {{{', '.join(fields)}}}  {summary}"
