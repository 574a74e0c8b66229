"""A project of one's own for each test: settings, a migrated database, a client, and jobs that run when asked."""

import atexit
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select

from core.app import AnyApp
from core.composition import Composition, Project, compose
from core.config import Settings
from core.console import CONSOLE
from core.database.branch import Branch
from core.database.engine import open_database
from core.database.migrate import Migrations
from core.environ import variables
from core.factory import build_app, build_runner
from core.jobs.models import Job
from core.jobs.states import State
from core.testing.services import PostgresServer

RunJobs = Callable[[], int]


@pytest.fixture(scope="session", autouse=True)
def no_settings_of_this_machine() -> Iterator[None]:
    """A shell, a container or CI may have a database of its own, which no test may touch."""
    with pytest.MonkeyPatch.context() as surroundings:
        for name in variables(Settings):
            surroundings.delenv(name, raising=False)
        yield


@pytest.fixture
def apps() -> tuple[AnyApp, ...]:
    """The apps of the project under test; override it."""
    return ()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, apps: tuple[AnyApp, ...]) -> Iterator[str]:
    """A migrated database of the test's own, on each kind of server in turn."""
    branches = _branches(apps)
    if request.param == "sqlite":
        yield _sqlite_copy(branches, tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create_database(_postgres_template(server, branches))
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings for one test: its own database and folder, and nothing of the machine's environment."""
    for name in variables(Settings):
        monkeypatch.delenv(name, raising=False)
    return Settings(environment="test", data_dir=tmp_path, database_url=SecretStr(database_url), log_format="console")


@pytest.fixture
def project(settings: Settings, apps: tuple[AnyApp, ...]) -> Project:
    """The project under test, with the sections' defaults."""
    sections = [app.settings() for app in apps if app.settings is not None]
    return Project(settings.with_sections(*sections), (CONSOLE, *apps))


@pytest.fixture
def composition(project: Project) -> Iterator[Composition]:
    """The project, composed; closed after the test."""
    composed = compose(project)
    yield composed
    composed.extensions.close()


@pytest.fixture
def client(composition: Composition) -> FlaskClient:
    """A client of the project's Flask object."""
    return build_app(composition).test_client()


@pytest.fixture
def run_jobs(composition: Composition) -> RunJobs:
    """Run the jobs that are queued, those that they enqueue included, in this process; returns how many."""
    runner = build_runner(composition)

    def run_queued() -> int:
        ran = 0
        while job_ids := _queued(composition):
            for job_id in job_ids:
                runner.run(job_id)
            ran += len(job_ids)
        return ran

    return run_queued


def _queued(composition: Composition) -> list[UUID]:
    with composition.extensions.database.transaction(read_only=True) as session:
        return list(session.scalars(select(Job.id).where(Job.state == State.QUEUED).order_by(Job.created_at)))


def _branches(apps: tuple[AnyApp, ...]) -> tuple[Branch, ...]:
    return tuple(app.branch for app in (CONSOLE, *apps) if app.branch is not None)


def _sqlite_copy(branches: tuple[Branch, ...], folder: Path) -> str:
    copy = folder / "test.db"
    shutil.copy(_sqlite_template(branches), copy)
    return f"sqlite:///{copy}"


# A migrated database takes a second to make and a hundredth to copy: one of each kind serves the whole run.
@cache
def _sqlite_template(branches: tuple[Branch, ...]) -> Path:
    template = Path(mkdtemp(prefix="golden-core-")) / "template.db"
    atexit.register(shutil.rmtree, template.parent, ignore_errors=True)
    _migrate(f"sqlite:///{template}", branches)
    return template


@cache
def _postgres_template(server: PostgresServer, branches: tuple[Branch, ...]) -> str:
    name = server.create_database()
    _migrate(server.url(name), branches)
    return name


def _migrate(url: str, branches: tuple[Branch, ...]) -> None:
    database = open_database(Settings(database_url=SecretStr(url)))
    Migrations(database, branches).upgrade()
    database.close()
