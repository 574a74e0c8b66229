"""`manage.py jobs`: what workers were asked to do, for people and scripts at a terminal."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import click

from core.commands.context import ProjectContext, json_option, open_project
from core.commands.enqueue import enqueue
from core.commands.project import AN_ID, ProjectNames, examples, pass_names
from core.commands.show import show
from core.commands.tables import coloured, printable, table, told
from core.commands.watch import watch
from core.console.schemas import JobPage
from core.console.wording import age
from core.jobs.enqueue import Enqueuer
from core.jobs.queries import JobFilter, JobQuery
from core.jobs.states import RETRYABLE, State
from core.jobs.views import JobView

name_option = click.option("--name", help="Only for this message, such as reports.make_report.")
text_option = click.option("--text", help="Only with this text in name, payload, problem or unique key.")
HEADERS = ("ID", "STATE", "ATTEMPT", "AGE", "NAME", "PROGRESS")


@click.group()
def jobs() -> None:
    """Poll at the jobs, follow, end and repeat them.

    Every command prints JSON with --json: one document, or one line for each job.
    """


@jobs.command(
    "list",
    epilog=examples(
        "manage.py jobs list --state failed", "manage.py jobs list --text refused --sort -updated_at --json"
    ),
)
@click.option("--state", type=click.Choice(list(map(str, State))), help="Only in this state.")
@name_option
@text_option
@click.option("--sort", type=click.Choice(["-created_at", "created_at", "-updated_at", "updated_at"]))
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="Jobs on a page.")
@click.option("--cursor", help="The `next` of the page before.")
@json_option
@pass_names
def list_jobs(project: ProjectNames, /, is_json: bool, **asked: str | int | None) -> None:
    """List jobs, newest first."""
    with open_project(project) as context, context.reading() as console:
        page = JobPage.of(console.find(JobQuery.model_validate(_given(asked))))
    if is_json:
        click.echo(page.model_dump_json(ensure_ascii=True))
        return
    click.echo(table(HEADERS, [_row(job) for job in page.items]) if page.items else "no jobs")
    if page.next is not None:
        click.echo(f"there are more: --cursor {page.next}", err=True)


jobs.add_command(show)
jobs.add_command(watch)
jobs.add_command(enqueue)


@jobs.command(epilog=examples(f"manage.py jobs cancel {AN_ID}"))
@click.argument("job_ids", metavar="ID...", type=click.UUID, nargs=-1, required=True)
@json_option
@pass_names
def cancel(project: ProjectNames, job_ids: tuple[UUID, ...], is_json: bool) -> None:
    """End jobs; one that runs is asked to end, and does so when it next looks."""
    with open_project(project) as context:
        for job_id in job_ids:
            with context.writing() as console:
                job = JobView.model_validate(console.cancel(job_id))
            _say(job, "asked to end" if job.state == State.RUNNING else "cancelled", is_json=is_json)


@jobs.command(
    epilog=examples(f"manage.py jobs retry {AN_ID}", "manage.py jobs retry --state failed --name reports.make_report")
)
@click.argument("job_ids", metavar="[ID]...", type=click.UUID, nargs=-1)
@click.option("--all", "is_all", is_flag=True, help="Every failed and cancelled job.")
@click.option("--state", type=click.Choice(list(map(str, RETRYABLE))), help="Only in this state.")
@name_option
@text_option
@json_option
@pass_names
def retry(
    project: ProjectNames, /, job_ids: tuple[UUID, ...], is_all: bool, is_json: bool, **asked: str | None
) -> None:
    """Queue failed or cancelled jobs again: these, or those that fit a filter."""
    given = _given(asked)
    if bool(job_ids) == bool(given or is_all):
        raise click.UsageError("Name jobs, or say which with --state, --name, --text or --all.")
    with open_project(project) as context:
        if not job_ids:
            _retry_all(context, JobFilter.model_validate(given), is_json=is_json)
            return
        for job_id in job_ids:
            with context.writing() as console:
                _say(JobView.model_validate(console.retry(job_id)), "queued again", is_json=is_json)


@jobs.command(epilog=examples("manage.py jobs purge --days 7 --yes"))
@click.option("--days", type=click.FloatRange(0), help="Older than these; JOB_RETENTION_DAYS where it is left out.")
@click.confirmation_option(prompt="Delete finished jobs and their history?")
@json_option
@pass_names
def purge(project: ProjectNames, days: float | None, is_json: bool) -> None:
    """Delete old finished jobs, as the schedule core.purge_jobs does each hour."""
    deleted = 0
    with open_project(project) as context:
        policy = context.units.policy
        kept = policy if days is None else replace(policy, retention=timedelta(days=days))
        older = replace(context, units=replace(context.units, enqueuer=Enqueuer(kept)))
        batch = 1
        while batch:
            with older.writing() as console:
                batch = console.purge()
            deleted += batch
    click.echo(f'{{"jobs":{deleted}}}' if is_json else f"{deleted} jobs deleted")


def _retry_all(context: ProjectContext, asked: JobFilter, *, is_json: bool) -> None:
    # Those that have ended by now: jobs that fail again at once would keep the command busy for ever.
    count, more, began = 0, True, context.units.policy.clock()
    while more:
        with context.writing() as console:
            batch, more = console.retry_all(asked, began)
        count += len(batch)
    click.echo(f'{{"jobs":{count}}}' if is_json else f"{count} jobs queued again")


def _given(asked: Mapping[str, str | int | None]) -> dict[str, str | int]:
    return {name: value for name, value in asked.items() if value is not None}


def _say(job: JobView, what: str, *, is_json: bool) -> None:
    click.echo(job.model_dump_json(ensure_ascii=True) if is_json else f"{job.id}  {what}")


def _row(job: JobView) -> tuple[str, ...]:
    attempt = f"{job.attempt}/{job.max_attempts}"
    return (
        str(job.id),
        coloured(job.state),
        attempt,
        age(job.created_at),
        printable(job.name),
        told(job.progress),
    )
