"""Celery, configured and without a task in it; never the global current app."""

from typing import Any
from uuid import UUID

from celery import Celery
from celery.app.log import Logging
from celery.exceptions import OperationalError as CeleryOperationalError
from kombu.exceptions import OperationalError

from core.config import Settings
from core.environ import made_folder
from core.logging import configure_logging, logger
from core.transports import FolderTransport, RedisTransport

RUN_JOB = "jobs.run"
POLLING_SECONDS = 0.02


class CoreCelery(Celery):
    """Celery, as the rest of the project names it."""


def build_celery(settings: Settings) -> CoreCelery:
    """A Celery object of its own for these settings; it connects when it first publishes or consumes."""
    celery = CoreCelery("golden-core", set_as_current=False, broker=settings.broker, log=_logging_for(settings))
    celery.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_default_queue="default",
        task_time_limit=settings.job_time_limit + settings.stop_grace,
        task_soft_time_limit=settings.job_time_limit,
        broker_transport=_name(FolderTransport if settings.is_broker_embedded else RedisTransport),
        broker_connection_timeout=settings.redis_timeout,
        broker_connection_retry_on_startup=True,
        broker_transport_options=_transport_options(settings),
        worker_prefetch_multiplier=1,
        worker_concurrency=settings.worker_concurrency,
        worker_redirect_stdouts=False,
        worker_send_task_events=False,
    )
    return celery


def publish(celery: CoreCelery, job_id: UUID, queue: str) -> bool:
    """Hint to the workers that a job waits; False where the broker is away, for the job's row is what counts."""
    try:
        celery.send_task(RUN_JOB, args=[str(job_id)], task_id=str(job_id), queue=queue, ignore_result=True, retry=False)
    except (OperationalError, CeleryOperationalError, OSError) as error:
        logger(__name__).warning("hint not published", job_id=str(job_id), reason=type(error).__name__)
        return False
    return True


def _transport_options(settings: Settings) -> dict[str, Any]:
    if not settings.is_broker_embedded:
        timeout = settings.redis_timeout
        return {"socket_timeout": timeout, "socket_connect_timeout": timeout, "socket_keepalive": True}
    folder = settings.broker_folder
    return {
        "data_folder_in": str(made_folder(folder, "DATA_DIR")),
        "data_folder_out": str(made_folder(folder, "DATA_DIR")),
        "control_folder": str(made_folder(folder.parent / "control", "DATA_DIR")),
        "polling_interval": POLLING_SECONDS,
    }


def _name(transport: type) -> str:
    # By name, because Celery writes the transport into its log.
    return f"{transport.__module__}:{transport.__name__}"


def _logging_for(settings: Settings) -> type[Logging]:
    class StructuredLogging(Logging):
        """Celery's own set-up of logging, replaced by ours."""

        def setup(self, *_args: Any, **_options: Any) -> list[tuple[Any, Any]]:
            configure_logging(settings)
            return []

    return StructuredLogging
