"""`manage.py db`: the schema of the database."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import click

from core.commands.project import ProjectNames, pass_names, said
from core.database.engine import open_database
from core.database.migrate import Migrations


@click.group()
def db() -> None:
    """Migrate the database: one branch for core and one per app."""


@contextmanager
def opened(project: ProjectNames) -> Iterator[Migrations]:
    """The migrations of the project's database, with failures said in a sentence."""
    read = project.read()
    with said(), closing(open_database(read.settings)) as database:
        yield Migrations(database, read.branches)


@db.command()
@pass_names
def upgrade(project: ProjectNames) -> None:
    """Bring every branch to its newest revision."""
    with opened(project) as migrations:
        migrations.upgrade()
        for name, revision in migrations.current().items():
            click.echo(f"{name}: {revision}")


@db.command()
@click.argument("branch")
@click.argument("revision")
@pass_names
def downgrade(project: ProjectNames, branch: str, revision: str) -> None:
    """Take one BRANCH back to a REVISION; `base` is before its first, `-1` is one step."""
    with opened(project) as migrations:
        migrations.downgrade(branch, revision)


@db.command()
@click.argument("branch")
@click.option("-m", "--message", required=True, help="What changes, in a few words.")
@pass_names
def migrate(project: ProjectNames, branch: str, message: str) -> None:
    """Write a revision for BRANCH with what its models have and the database lacks."""
    with opened(project) as migrations:
        click.echo(f"wrote {migrations.migrate(branch, message)}; read it before you apply it")


@db.command()
@pass_names
def check(project: ProjectNames) -> None:
    """Fail where models and database differ."""
    with opened(project) as migrations:
        migrations.check()


@db.command()
@pass_names
def current(project: ProjectNames) -> None:
    """Show the revision of each branch in the database."""
    with opened(project) as migrations:
        for name, revision in migrations.current().items():
            click.echo(f"{name}: {revision or 'nothing applied'}")
