"""`manage.py settings`: the list of settings, in the format of `.env`."""

from collections.abc import Iterator

import click
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from core.commands.project import ProjectNames, examples, pass_names
from core.composition import load_app
from core.config import Settings
from core.environ import variables


@click.command(epilog=examples("manage.py settings > .env", "ENVIRONMENT=production manage.py settings --check"))
@click.option("--check", is_flag=True, help="Only read the settings as a process would, and report what is wrong.")
@pass_names
def settings(project: ProjectNames, *, check: bool) -> None:
    """Print every setting with its description and default.

    The output is a valid .env. A variable of the environment overrides the same name in .env.
    """
    if check:
        project.read()
        return
    click.echo(example(Settings), nl=False)
    for name in project.names:
        section = load_app(name).settings
        if section is not None:
            click.echo("\n" + example(section), nl=False)


def example(kind: type[BaseSettings]) -> str:
    """The settings of one class: for each its description and, commented out, its default."""
    return "\n".join(_lines(kind)) + "\n"


def _lines(kind: type[BaseSettings]) -> Iterator[str]:
    for variable, field in zip(variables(kind), kind.model_fields.values(), strict=True):
        yield f"# {field.description}"
        yield f"#{variable}={_format(field.get_default())}"


def _format(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, bool):
        return str(int(value))
    return ",".join(value) if isinstance(value, tuple) else str(value)
