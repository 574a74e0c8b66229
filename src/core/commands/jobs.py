"""`manage.py jobs`: list and control jobs, for people and scripts at a terminal."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import click

from core.commands.context import ProjectContext, json_option, open_project
from core.commands.enqueue import enqueue
from core.commands.project import EXAMPLE_ID, ProjectNames, examples, pass_names
from core.commands.show import show
from core.commands.tables import coloured, describe_progress, table
from core.commands.watch import watch
from core.console.schemas import JobPage
from core.console.wording import age
from core.jobs.enqueue import Enqueuer
from core.jobs.queries import JobFilter, JobQuery
from core.jobs.states import RETRYABLE, State
from core.jobs.views import JobView
from core.observability.logging import printable

name_option = click.option("--name", help="Only jobs for this message, such as reports.make_report.")
text_option = click.option("--text", help="Only jobs with this text in their name, payload, problem or unique key.")
SORTS = ["-created_at", "created_at", "-updated_at", "updated_at"]
HEADERS = ("ID", "STATE", "ATTEMPT", "AGE", "NAME", "PROGRESS")


@click.group(
    epilog=examples(
        "manage.py jobs list --state failed", "manage.py jobs enqueue", f"manage.py jobs watch {EXAMPLE_ID}"
    )
)
def jobs() -> None:
    """List, follow, cancel and retry jobs.

    A job is a row of the database: queued, running, waiting for its next attempt, succeeded, failed or cancelled. With
    --json, each command prints one JSON document, or one line of JSON for each job.
    """


@jobs.command(
    "list",
    epilog=examples(
        "manage.py jobs list --state failed", "manage.py jobs list --text refused --sort -updated_at --json"
    ),
)
@click.option("--state", type=click.Choice(list(map(str, State))), help="Only jobs in this state.")
@name_option
@text_option
@click.option("--sort", type=click.Choice(SORTS), help="The order; `-` puts the newest first.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="The most jobs to list.")
@click.option("--cursor", help="The cursor that the page before printed, to list the jobs after it.")
@json_option
@pass_names
def list_jobs(project: ProjectNames, /, is_json: bool, **options: str | int | None) -> None:
    """List jobs, newest first.

    If there are more than --limit, the cursor of the next page is printed on standard error, or is `next` in the JSON.
    """
    with open_project(project) as context, context.reading() as service:
        page = JobPage.of(service.find(JobQuery.model_validate(_without_none(options))))
    if is_json:
        click.echo(page.model_dump_json(ensure_ascii=True))
        return
    click.echo(table(HEADERS, [_row(job) for job in page.items]) if page.items else "no jobs")
    if page.next is not None:
        click.echo(f"next page: --cursor {page.next}", err=True)


jobs.add_command(show)
jobs.add_command(watch)
jobs.add_command(enqueue)


@jobs.command(epilog=examples(f"manage.py jobs cancel {EXAMPLE_ID}"))
@click.argument("job_ids", metavar="ID...", type=click.UUID, nargs=-1, required=True)
@json_option
@pass_names
def cancel(project: ProjectNames, job_ids: tuple[UUID, ...], is_json: bool) -> None:
    """Cancel jobs.

    A job that is not running is cancelled at once. A running job is requested to stop, and does so at its next step.
    """
    with open_project(project) as context:
        for job_id in job_ids:
            with context.writing() as service:
                job = JobView.model_validate(service.cancel(job_id))
            _print(job, "cancel requested" if job.state == State.RUNNING else "cancelled", is_json=is_json)


@jobs.command(
    epilog=examples(
        f"manage.py jobs retry {EXAMPLE_ID}", "manage.py jobs retry --state failed --name reports.make_report"
    )
)
@click.argument("job_ids", metavar="[ID]...", type=click.UUID, nargs=-1)
@click.option("--all", "is_all", is_flag=True, help="Every failed and cancelled job.")
@click.option("--state", type=click.Choice(list(map(str, RETRYABLE))), help="Only jobs in this state.")
@name_option
@text_option
@json_option
@pass_names
def retry(
    project: ProjectNames, /, job_ids: tuple[UUID, ...], is_all: bool, is_json: bool, **options: str | None
) -> None:
    """Queue failed or cancelled jobs again.

    Either those with these IDs, or those that the options select.
    """
    filters = _without_none(options)
    if bool(job_ids) == bool(filters or is_all):
        raise click.UsageError("Give either IDs, or one of --state, --name, --text and --all.")
    with open_project(project) as context:
        if not job_ids:
            _retry_all(context, JobFilter.model_validate(filters), is_json=is_json)
            return
        for job_id in job_ids:
            with context.writing() as service:
                _print(JobView.model_validate(service.retry(job_id)), "queued again", is_json=is_json)


@jobs.command(epilog=examples("manage.py jobs purge --days 7 --yes"))
@click.option(
    "--days",
    type=click.FloatRange(0),
    help="Only jobs that finished more than these days ago.  [default: JOB_RETENTION_DAYS]",
)
@click.confirmation_option(prompt="Delete finished jobs and their history?")
@json_option
@pass_names
def purge(project: ProjectNames, days: float | None, is_json: bool) -> None:
    """Delete old finished jobs with their history.

    The schedule core.purge_jobs does the same each hour.
    """
    deleted = 0
    with open_project(project) as context:
        policy = context.units.policy
        kept = policy if days is None else replace(policy, retention=timedelta(days=days))
        older = replace(context, units=replace(context.units, enqueuer=Enqueuer(kept)))
        batch = 1
        while batch:
            with older.writing() as service:
                batch = service.purge()
            deleted += batch
    click.echo(f'{{"jobs":{deleted}}}' if is_json else f"{deleted} jobs deleted")


def _retry_all(context: ProjectContext, filters: JobFilter, *, is_json: bool) -> None:
    # Only jobs that ended before the start: those that fail again at once would keep the command busy forever.
    count, more, started = 0, True, context.units.policy.clock()
    while more:
        with context.writing() as service:
            batch, more = service.retry_all(filters, started)
        count += len(batch)
    click.echo(f'{{"jobs":{count}}}' if is_json else f"{count} jobs queued again")


def _without_none(options: Mapping[str, str | int | None]) -> dict[str, str | int]:
    return {name: value for name, value in options.items() if value is not None}


def _print(job: JobView, outcome: str, *, is_json: bool) -> None:
    click.echo(job.model_dump_json(ensure_ascii=True) if is_json else f"{job.id}  {outcome}")


def _row(job: JobView) -> tuple[str, ...]:
    attempt = f"{job.attempt}/{job.max_attempts}"
    return (
        str(job.id),
        coloured(job.state),
        attempt,
        age(job.created_at),
        printable(job.name),
        describe_progress(job.progress),
    )
