"""`manage.py`: a mistake is reported in one sentence that names the variable, the file or the command."""

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from core.commands import build_commands
from core.commands.processes import find_port_problem
from core.commands.settings import example
from core.config import Settings
from core.environ import variables
from core.testing.services import free_port
from tests.core.toy.config import ToySettings


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a .env, and nothing of the machine's environment."""
    for name in variables(Settings):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that is in use."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield listening.getsockname()[1]


def manage(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(build_commands(()), arguments, env=environment)


def refused(*arguments: str, **environment: str) -> str:
    """The error of a command that is refused: one message, no traceback, no secret."""
    done = manage(*arguments, **environment)
    assert isinstance(done.exception, SystemExit)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert "hunter2" not in done.output
    return done.stderr


def settings(**values: object) -> Settings:
    return Settings.model_validate(values)


@pytest.mark.parametrize(
    "environment, sentence",
    [
        ({"PORT": "abc"}, "PORT: Input should be a valid integer"),
        ({"PORT": "70000"}, "PORT: Input should be less than 65536"),
        ({"DATABASE_URL": "mysql://me:hunter2@db/x"}, "DATABASE_URL: must begin with postgresql+psycopg://"),
        ({"DATABASE_URL": "postgresql://me:hunter2@db:port/x"}, "DATABASE_URL: cannot be read as an address"),
        ({"REDIS_URL": "http://:hunter2@redis"}, "REDIS_URL: must begin with redis://"),
        ({"ENVIRONMENT": "production"}, "SECRET_KEY must be set"),
        ({"APPS": "nothing"}, "APPS: no app is named nothing; the apps are: none"),
    ],
)
def test_a_wrong_setting_is_named(environment: dict[str, str], sentence: str) -> None:
    assert sentence in refused("db", "current", **environment)


def test_a_misspelt_name_in_the_file_is_named_with_a_suggestion(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE=hunter2\n")
    assert "DATABASE: no such setting (in .env); did you mean DATABASE_URL?" in refused("run")


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    for command in (["db", "upgrade"], ["run", "worker"], ["run", "beat"]):
        assert "DATA_DIR: " in refused(*command)


@pytest.mark.parametrize(
    "url, reason",
    [
        ("postgresql+psycopg://me:hunter2@127.0.0.1:1/x", "Connection refused"),
        ("sqlite:////", "unable to open database file"),
    ],
)
def test_an_unavailable_database_is_reported_with_the_reason(url: str, reason: str) -> None:
    error = refused("db", "upgrade", DATABASE_URL=url)
    assert reason in error
    assert "DATABASE_URL" in error


@pytest.mark.parametrize("command", [["run"], ["run", "web"]])
def test_a_port_in_use_is_reported_with_another_one(command: list[str], taken: int) -> None:
    error = refused(*command, PORT=str(taken))
    assert f"port {taken} on 127.0.0.1 is in use; choose another: make run PORT=" in error


def test_a_host_of_another_machine_is_named() -> None:
    assert "HOST=192.0.2.1" in refused("run", HOST="192.0.2.1", PORT=str(free_port()))


def test_the_proposed_port_is_a_valid_port(taken: int) -> None:
    problem = find_port_problem(settings(port=taken)) or ""
    assert 0 < int(problem.rpartition("PORT=")[2]) < 65536
    assert find_port_problem(settings(port=free_port())) is None


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["downgrade", "nothing", "base"], "nothing: no such branch; there are core"),
        (["downgrade", "core", "nonsense"], "core: Can't locate revision identified by 'nonsense'"),
        (["check"], "core: Target database is not up to date"),
        (["migrate", "nothing", "-m", "x"], "nothing: no such branch; there are core"),
    ],
)
def test_an_impossible_migration_is_reported(arguments: list[str], sentence: str) -> None:
    assert sentence in refused("db", *arguments)


def test_the_database_is_upgraded_and_downgraded() -> None:
    assert manage("db", "current").stdout == "core: nothing applied\n"
    assert manage("db", "upgrade").stdout.startswith("core: ")
    assert manage("db", "check").exit_code == 0
    assert manage("db", "downgrade", "core", "--", "-1").exit_code == 0
    assert manage("db", "downgrade", "core", "base").exit_code == 0
    assert manage("db", "current").stdout == "core: nothing applied\n"


def test_settings_are_printed_as_a_file_that_changes_nothing(tmp_path: Path) -> None:
    printed = manage("settings").stdout
    assert printed == example(Settings)
    (tmp_path / ".env").write_text("\n".join(line.removeprefix("#") for line in printed.splitlines() if "=" in line))
    assert manage("db", "current").exit_code == 0


def test_settings_are_checked_without_a_database() -> None:
    assert manage("settings", "--check").output == ""
    assert "SECRET_KEY must be set" in refused("settings", "--check", ENVIRONMENT="production")


def test_every_setting_has_a_description() -> None:
    fields = [*Settings.model_fields.values(), *ToySettings.model_fields.values()]
    assert all(field.description for field in fields)
    assert example(ToySettings) == "# characters that a note may have\n#TOY_LONGEST_NOTE=20\n"


def command_lines(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    """The words of every command below this one, and its own."""
    yield path
    if isinstance(command, click.Group):
        for name, subcommand in command.commands.items():
            yield from command_lines(subcommand, *path, name)


@pytest.mark.parametrize("command", [words for words in command_lines(build_commands(())) if words])
def test_the_help_of_every_command_explains_and_has_examples(command: tuple[str, ...]) -> None:
    text = manage(*command, "--help").stdout
    examples = text.partition("Examples:\n")[2].splitlines()
    assert [line for line in examples if f"manage.py {' '.join(command)}" in line], text
    assert not re.findall(r"^  .*\.\.\.$", text, re.MULTILINE), "a summary is too long for the list of commands"


def test_help_names_every_command() -> None:
    text = manage("--help").stdout
    assert all(name in text for name in ("run", "db", "settings"))
    group = build_commands(())
    assert all(command.help or isinstance(command, click.Group) for command in group.commands.values())
