"""A project of one's own for each test: settings, a migrated database, a client, and jobs that run when asked."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select

from core.app import AnyApp
from core.composition import Composition, Project, compose
from core.config import Settings
from core.console import CONSOLE
from core.environ import variables
from core.factory import build_app, build_runner
from core.jobs.models import Job
from core.jobs.states import State
from core.testing.databases import copy_sqlite, empty_postgres
from core.testing.services import PostgresServer
from core.testing.waiting import PATIENCE

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
def database_url(request: pytest.FixtureRequest, tmp_path: Path, apps: tuple[AnyApp, ...]) -> str:
    """A migrated database without rows, on each kind of server in turn."""
    branches = tuple(app.branch for app in (CONSOLE, *apps) if app.branch is not None)
    if request.param == "sqlite":
        return copy_sqlite(branches, tmp_path)
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return empty_postgres(server, branches)


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings for one test: its own database and folder, and nothing of the machine's environment."""
    for name in variables(Settings):
        monkeypatch.delenv(name, raising=False)
    patient = Settings(health_timeout=PATIENCE, database_timeout=PATIENCE, redis_timeout=PATIENCE)
    own = {"environment": "test", "data_dir": tmp_path, "database_url": SecretStr(database_url)}
    return patient.model_copy(update={**own, "log_format": "console"})


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
