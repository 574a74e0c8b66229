"""Celery, configured and without a task in it; never the global current app."""

import socket
from typing import Any, Self

from celery import Celery
from celery.app.amqp import AMQP
from celery.app.log import Logging
from kombu import Connection

from core.broker.transports import FolderTransport, RedisTransport
from core.config import Settings
from core.environ import ensure_folder, remove_variables
from core.observability.logging import configure_logging

POLLING_SECONDS = 0.02
# Celery reads these, and BROKER_URL through its command line, in place of the settings that it is given.
PREFERRED_BY_CELERY = (
    "CELERY_BROKER_URL",
    "CELERY_BROKER_READ_URL",
    "CELERY_BROKER_WRITE_URL",
    "CELERY_RESULT_BACKEND",
)
RECONNECTION = {"interval_start": 1, "interval_step": 1, "interval_max": 5}
# A connection over which nothing comes for so long is asked; without this, a cut cable is noticed after two hours.
PROBES = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}
KEEPALIVE = {getattr(socket, name): value for name, value in PROBES.items() if hasattr(socket, name)}


class PatientConnection(Connection):
    """A worker's connection, which looks for a broker that is away every few seconds, for ever.

    Celery's own waits up to half a minute between two looks, and gives up after a hundred.
    """

    def ensure_connection(self, *args: Any, **options: Any) -> Self:
        """Wait until the broker is back."""
        super().ensure_connection(*args, **(RECONNECTION | options))
        return self


class PatientAMQP(AMQP):
    """Celery's way to the broker, over such connections."""

    Connection: type[Connection] = PatientConnection


class CoreCelery(Celery):
    """Celery, as the rest of the project names it."""

    amqp_cls: Any = PatientAMQP


def build_celery(settings: Settings) -> CoreCelery:
    """A Celery object of its own for these settings; it connects when it first publishes or consumes."""
    remove_variables(*PREFERRED_BY_CELERY)
    celery = CoreCelery("golden-core", set_as_current=False, broker=settings.broker, log=_logging_for(settings))
    celery.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_default_queue="default",
        task_time_limit=settings.job_time_limit + settings.stop_grace,
        task_soft_time_limit=settings.job_time_limit,
        worker_prefetch_multiplier=1,
        worker_concurrency=settings.worker_concurrency,
        worker_redirect_stdouts=False,
        worker_send_task_events=False,
        **_connection(settings),
    )
    return celery


def _connection(settings: Settings) -> dict[str, Any]:
    return {
        "broker_transport": _name(FolderTransport if settings.is_broker_embedded else RedisTransport),
        "broker_transport_options": _transport_options(settings),
        "broker_connection_timeout": settings.redis_timeout,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
    }


def _transport_options(settings: Settings) -> dict[str, Any]:
    if not settings.is_broker_embedded:
        timeout = settings.redis_timeout
        return {
            "socket_timeout": timeout,
            "socket_connect_timeout": timeout,
            "socket_keepalive": True,
            "socket_keepalive_options": KEEPALIVE,
            "max_retries": 0,
        }
    folder = settings.broker_folder
    return {
        "data_folder_in": str(ensure_folder(folder, "DATA_DIR")),
        "data_folder_out": str(ensure_folder(folder, "DATA_DIR")),
        "control_folder": str(ensure_folder(folder.parent / "control", "DATA_DIR")),
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
