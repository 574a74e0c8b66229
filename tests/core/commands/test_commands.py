"""`manage.py`: what a newcomer does wrong is one sentence that names the variable, the file or the command."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from core.commands import build_commands
from core.commands.processes import address, all_commands, port_trouble, web_command
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
    """A port that somebody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield listening.getsockname()[1]


def manage(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(build_commands(()), arguments, env=environment)


def refused(*arguments: str, **environment: str) -> str:
    """What a command says that ends without doing anything: one block, no traceback, no secret."""
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
        ({"APPS": "nothing"}, "APPS: no app is named nothing; there are none"),
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
def test_a_database_that_is_away_is_said_with_its_reason(url: str, reason: str) -> None:
    said = refused("db", "upgrade", DATABASE_URL=url)
    assert reason in said
    assert "DATABASE_URL" in said


@pytest.mark.parametrize("command", [["run"], ["run", "web"]])
def test_a_port_in_use_is_said_with_another(command: list[str], taken: int) -> None:
    said = refused(*command, PORT=str(taken))
    assert f"port {taken} on 127.0.0.1 is in use; choose another: make run PORT=" in said


def test_a_host_that_is_not_ours_is_named() -> None:
    assert "HOST=192.0.2.1" in refused("run", HOST="192.0.2.1", PORT=str(free_port()))


def test_the_port_that_is_proposed_exists(taken: int) -> None:
    said = port_trouble(settings(port=taken)) or ""
    assert 0 < int(said.rpartition("PORT=")[2]) < 65536
    assert port_trouble(settings(port=free_port())) is None


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["downgrade", "nothing", "base"], "nothing: no such branch; there are core"),
        (["downgrade", "core", "nonsense"], "core: Can't locate revision identified by 'nonsense'"),
        (["check"], "core: Target database is not up to date"),
        (["migrate", "nothing", "-m", "x"], "nothing: no such branch; there are core"),
    ],
)
def test_a_migration_that_cannot_be_carried_out_is_said_so(arguments: list[str], sentence: str) -> None:
    assert sentence in refused("db", *arguments)


def test_the_database_goes_up_and_down() -> None:
    assert manage("db", "current").stdout == "core: nothing applied\n"
    assert manage("db", "upgrade").stdout.startswith("core: ")
    assert manage("db", "check").exit_code == 0
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


def test_every_setting_says_what_it_is_for() -> None:
    fields = [*Settings.model_fields.values(), *ToySettings.model_fields.values()]
    assert all(field.description for field in fields)
    assert example(ToySettings) == "# characters that a note may have\n#TOY_LONGEST_NOTE=20\n"


def test_help_names_every_command() -> None:
    said = manage("--help").stdout
    assert all(name in said for name in ("run", "db", "settings"))
    group = build_commands(())
    assert all(command.help or isinstance(command, click.Group) for command in group.commands.values())


def test_processes_are_told_the_settings() -> None:
    web = web_command(settings(host="::1", port=9000, web_workers=3, stop_grace=7))
    assert (
        web[web.index("--bind") + 1],
        web[web.index("--workers") + 1],
        web[web.index("--graceful-timeout") + 1],
    ) == ("[::1]:9000", "3", "7")
    assert address(settings()) == "127.0.0.1:8000"


def test_all_of_them_restart_on_a_change_only_when_asked() -> None:
    assert list(all_commands(settings())) == ["web", "worker", "beat"]
    assert not any("watchfiles" in command for command in all_commands(settings()).values())
    assert all("watchfiles" in command for command in all_commands(settings(reload=True)).values())
