"""The project under test in core's tests: the toy app."""

from collections.abc import Iterator

import pytest

from core.app import AnyApp
from core.composition import Composition
from core.config import Settings
from core.database.engine import Database, open_database
from core.testing import JobFactory
from core.testing.services import RedisServer
from tests.core.events import Events, logged, parsed
from tests.core.toy import app
from tests.core.toy.messages import WriteNote


@pytest.fixture
def apps() -> tuple[AnyApp, ...]:
    """The toy, alone."""
    return (app,)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The migrated database of one test."""
    opened = open_database(settings)
    yield opened
    opened.close()


@pytest.fixture
def jobs(composition: Composition) -> JobFactory:
    """Jobs of the toy, in real time."""
    return JobFactory(composition, WriteNote(text="hello"))


@pytest.fixture
def events(settings: Settings) -> Iterator[Events]:
    """What was logged since one last asked."""
    with logged(settings.model_copy(update={"log_format": "json"})) as lines:
        yield lambda: parsed(lines())


@pytest.fixture(params=["folder", "redis"])
def broker(request: pytest.FixtureRequest) -> str:
    """REDIS_URL for each kind of broker in turn."""
    if request.param == "folder":
        return ""
    server: RedisServer = request.getfixturevalue("redis_server")
    return server.url
