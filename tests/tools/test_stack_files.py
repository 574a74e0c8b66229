"""What the stack's files say twice, compared."""

import re
from collections.abc import Sequence

import click
from tools.pins import ROOT

from core.commands import build_commands
from core.commands.settings import example
from core.config import Settings
from core.environ import variables
from project import APPS

STACK = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
DEFAULT = re.compile(r"\$\{([A-Z_]+):-([^{}]*)\}")


def defaults() -> dict[str, str]:
    """What the stack takes for a variable that is not set; the addresses of its own databases aside."""
    return dict(DEFAULT.findall(STACK))


def test_the_example_lists_every_setting_with_its_default() -> None:
    """The core's part is what `manage.py settings` prints."""
    assert example(Settings) in EXAMPLE, "put what `.venv/bin/python manage.py settings` prints into .env.example"


def test_the_example_lists_every_variable_of_the_stack_with_its_default() -> None:
    """And none that the stack does not read."""
    own = {name: value for name, value in defaults().items() if name.startswith("COMPOSE_")}
    [project] = re.findall(r"^name: (\S+)$", STACK, re.MULTILINE)
    assert dict(re.findall(r"^#(COMPOSE_\w+)=(.*)$", EXAMPLE, re.MULTILINE)) == own | {
        "COMPOSE_PROJECT_NAME": project,
        "COMPOSE_PROFILES": "",
    }


def test_the_stack_reads_no_other_variables() -> None:
    """A name that is neither a setting nor the stack's own would be refused in .env."""
    names = set(re.findall(r"\$\{([A-Za-z_]+)", STACK))
    assert {name for name in names if not name.startswith("COMPOSE_")} <= set(variables(Settings))


def test_a_setting_has_the_same_default_in_the_stack() -> None:
    """Read from the settings themselves."""
    settings = Settings.model_validate({})
    shared = {"HOST": settings.host, "PORT": str(settings.port), "ENVIRONMENT": settings.environment}
    found = defaults()
    assert {name: found[name] for name in shared} == shared
    assert float(found["STOP_GRACE"]) == settings.stop_grace


def test_every_command_that_a_container_runs_exists() -> None:
    """The image, the stack, the cluster of the documents and make run name commands of manage.py."""
    files = ("docker-compose.yml", "Dockerfile", "docs/deploy.md", "Makefile")
    text = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in files)
    found = re.findall(r"(?:command|args): \[(.*)\]|^CMD \[(.*)\]|manage\.py ([\w ]+)", text, re.MULTILINE)
    commands = {tuple(re.findall(r"\w+", "".join(match))) for match in found}
    commands = {command for command in commands if command[0] not in {"python", "sleep"}}
    assert {("run", "web"), ("run", "worker"), ("run", "beat"), ("db", "upgrade"), ("run",)} <= commands
    assert [command for command in commands if not is_command(command, build_commands(APPS))] == []


def is_command(words: Sequence[str], group: click.Command) -> bool:
    """Whether each word is a command of the one before."""
    if not words:
        return True
    return (
        isinstance(group, click.Group)
        and words[0] in group.commands
        and is_command(words[1:], group.commands[words[0]])
    )


def test_the_passwords_of_the_stack_are_those_that_production_refuses() -> None:
    """Production does not start without its own."""
    known = Settings.model_validate({}).secret_key.get_secret_value()
    assert defaults()["COMPOSE_POSTGRES_PASSWORD"] == defaults()["COMPOSE_REDIS_PASSWORD"] == known


def test_uploads_wait_on_a_volume_and_not_in_memory() -> None:
    """An upload may be larger than the memory of its container."""
    [volume] = re.findall(r'^  volumes: \["storage:(\S+)"\]$', STACK, re.MULTILINE)
    [folder] = re.findall(r"^    UPLOAD_DIR: (\S+)$", STACK, re.MULTILINE)
    assert folder == volume
    assert f"tmpfs: [{folder}]" not in STACK
