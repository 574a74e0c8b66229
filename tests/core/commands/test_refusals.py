"""An unusable database is reported in a sentence, and not by a traceback."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from core.config import Settings
from core.testing.services import PostgresServer, free_port
from tests.core.commands.conftest import Manage


@pytest.fixture(params=["unavailable", "sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a database that is unavailable, or that is not migrated."""
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    if request.param == "sqlite":
        url = ""
    elif request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.url(server.create_database())
    return Settings(environment="test", data_dir=tmp_path, database_url=SecretStr(url))


@pytest.mark.parametrize("command", [("jobs", "list"), ("workers",), ("jobs", "enqueue", "toy.sweep")])
def test_an_unusable_database_is_reported(manage: Manage, settings: Settings, command: tuple[str, ...]) -> None:
    refused = manage(*command)
    expected = "The database is unavailable (" if "nobody" in settings.database else "run manage.py db upgrade"
    assert (refused.exit_code, expected in refused.stderr) == (1, True), refused.output
