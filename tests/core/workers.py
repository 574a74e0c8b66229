"""Real workers of the toy's project, and the jobs that they are given."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr

from core.commands.processes import worker_command
from core.composition import Composition, Project, compose
from core.config import Settings
from core.jobs.models import Job
from tests.core.processes import Running, clean_environment, running


@contextmanager
def worker(settings: Settings, folder: Path, **more: str) -> Iterator[Running]:
    """A worker, which may still be starting."""
    command = [word.replace("project.worker", "tests.core.toy_worker") for word in worker_command(settings)]
    with running(command, folder, clean_environment(**environment_of(settings), **more)) as process:
        yield process


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment variables of a worker with these settings."""
    return {
        "ENVIRONMENT": "test",
        "DATABASE_URL": settings.database,
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "DATA_DIR": str(settings.data_dir),
        "STOP_GRACE": str(settings.stop_grace),
        "C_STRICT_APP": "1",
    }


def job(composition: Composition, job_id: UUID) -> Job:
    """The job's row."""
    with composition.extensions.database.transaction(read_only=True) as session:
        return session.get_one(Job, job_id)


def with_broker(project: Project, url: str) -> Composition:
    """The project, composed with this REDIS_URL."""
    return compose(replace(project, settings=project.settings.model_copy(update={"redis_url": SecretStr(url)})))
