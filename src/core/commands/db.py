"""`manage.py db`: migrations of the database."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import click

from core.commands.project import ProjectNames, examples, pass_names, report_errors
from core.database.engine import open_database
from core.database.migrate import Migrations


@click.group(epilog=examples("manage.py db upgrade", 'manage.py db migrate catalog -m "add a colour"'))
def db() -> None:
    """Migrate the database.

    Core and each app have their own branch of migrations, in the folder migrations. After a change of an app's models,
    `migrate` writes a revision and `upgrade` applies it.
    """


@contextmanager
def open_migrations(project: ProjectNames) -> Iterator[Migrations]:
    """Open the migrations of the project's database; ends the command with a sentence if that fails."""
    read = project.read()
    with report_errors(), closing(open_database(read.settings)) as database:
        yield Migrations(database, read.branches)


@db.command(epilog=examples("manage.py db upgrade"))
@pass_names
def upgrade(project: ProjectNames) -> None:
    """Apply the missing revisions.

    Of every branch; prints the newest revision of each.
    """
    with open_migrations(project) as migrations:
        migrations.upgrade()
        for name, revision in migrations.current().items():
            click.echo(f"{name}: {revision}")


@db.command(epilog=examples("manage.py db downgrade catalog -- -1", "manage.py db downgrade catalog base"))
@click.argument("branch")
@click.argument("revision")
@pass_names
def downgrade(project: ProjectNames, branch: str, revision: str) -> None:
    """Revert one BRANCH to a REVISION.

    `base` reverts all of its revisions and drops its tables with their data; `-1` reverts the last one.
    """
    with open_migrations(project) as migrations:
        migrations.downgrade(branch, revision)


@db.command(epilog=examples('manage.py db migrate catalog -m "add a colour"'))
@click.argument("branch")
@click.option("-m", "--message", required=True, help="A few words that name the change.")
@pass_names
def migrate(project: ProjectNames, branch: str, message: str) -> None:
    """Write a revision for changed models.

    It contains the difference between the models of BRANCH and the database, which must be at the newest revision. Read
    what was written before you apply it with `upgrade`.
    """
    with open_migrations(project) as migrations:
        click.echo(f"wrote {migrations.migrate(branch, message)}; read it before you apply it")


@db.command(epilog=examples("manage.py db check"))
@pass_names
def check(project: ProjectNames) -> None:
    """Fail if the models and the database differ.

    Use it in CI, to find a change of a model that has no revision.
    """
    with open_migrations(project) as migrations:
        migrations.check()


@db.command(epilog=examples("manage.py db current"))
@pass_names
def current(project: ProjectNames) -> None:
    """Show the revision of each branch in the database."""
    with open_migrations(project) as migrations:
        for name, revision in migrations.current().items():
            click.echo(f"{name}: {revision or 'nothing applied'}")
