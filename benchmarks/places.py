"""Where it is measured: PostgreSQL and Redis on private ports, SQLite and folders, all gone afterwards."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from redis import Redis
from tests.chaos.stack import environment_of, start_postgres, start_redis

from benchmarks.app import Base, app
from core.composition import Composition, Project, compose, load_app
from core.config import Settings
from core.console import CONSOLE
from core.database.engine import Database, open_database
from core.database.migrate import Migrations
from core.testing.services import PostgresServer, RedisServer, free_port
from project import APPS

PATIENCE = 300
SQLITE, POSTGRES = "SQLite + folder", "PostgreSQL + Redis"


@dataclass(frozen=True)
class Place:
    """Servers, the settings that use them, and the settings that need none."""

    settings: Settings
    embedded: Settings
    redis: RedisServer
    postgres: PostgresServer
    database: Database
    client: Redis

    @property
    def stacks(self) -> Mapping[str, Settings]:
        """The settings of both stacks by their names in the table."""
        return {SQLITE: self.embedded, POSTGRES: self.settings}

    @property
    def libraries(self) -> Path:
        """A folder for libraries that are measured and are no dependencies."""
        return self.settings.data_dir / "libraries"

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables of every process that is started here."""
        variables = environment_of(self.settings)
        return {**variables, "PYTHONPATH": f"{variables['PYTHONPATH']}:{self.libraries}"}


@contextmanager
def open_place() -> Iterator[Place]:
    """Servers and migrated databases in a folder of their own."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)))
        folder.chmod(0o755)
        redis, postgres = start_redis(folder / "redis", opened), start_postgres(folder / "postgres", opened)
        embedded, settings = settings_for(folder / "embedded"), settings_for(folder, redis, postgres)
        for each in (embedded, settings):
            prepare(each)
        database = open_database(settings)
        opened.callback(database.close)
        yield Place(settings, embedded, redis, postgres, database, opened.enter_context(Redis(port=redis.port)))


def settings_for(folder: Path, redis: RedisServer | None = None, postgres: PostgresServer | None = None) -> Settings:
    """Settings on these servers, or on none."""
    return Settings(
        environment="test",
        data_dir=folder,
        database_url=SecretStr(postgres.url(postgres.create_database()) if postgres else ""),
        redis_url=SecretStr(redis.url if redis else ""),
        port=free_port(),
        worker_concurrency=2,
        log_format="json",
        # A backlog is kept waiting on purpose: its hints must not count as lost.
        job_grace=PATIENCE,
    )


def measured_project(settings: Settings) -> Project:
    """The apps of this project and the measured one."""
    apps = [load_app(name) for name in APPS]
    sections = [served.settings() for served in apps if served.settings is not None]
    return Project(settings.with_sections(*sections), (CONSOLE, *apps, app))


def prepare(settings: Settings) -> None:
    """Make the tables."""
    database = open_database(settings)
    Migrations(database, measured_project(settings).branches).upgrade()
    Base.metadata.create_all(database.engine)
    database.close()


@contextmanager
def composed(settings: Settings) -> Iterator[Composition]:
    """The measured project in this process."""
    composition = compose(measured_project(settings))
    try:
        yield composition
    finally:
        composition.extensions.close()
