"""The Celery object: configured, without tasks, and never the global current app."""

import socket
from collections.abc import Callable
from typing import Any, Self

from celery import Celery
from celery.app.amqp import AMQP
from celery.app.log import Logging
from kombu import Connection, Queue

from core.broker.address import broker_url
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
# Probes on a silent connection; without them a cut cable is noticed after two hours.
PROBES = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}
KEEPALIVE = {getattr(socket, name): value for name, value in PROBES.items() if hasattr(socket, name)}


class PatientConnection(Connection):
    """A worker's connection: it retries every few seconds, for ever, and reports each cause of failure once.

    Celery's own waits up to half a minute between two attempts, gives up after a hundred, and reports each of them.
    """

    def ensure_connection(self, errback: Callable[..., Any] | None = None, *args: Any, **options: Any) -> Self:
        """Wait until the broker answers; `errback(error, interval)` is called if the cause of the failure changes."""
        super().ensure_connection(errback and _once_per_cause(errback), *args, **(RECONNECTION | options))
        return self


def _once_per_cause(errback: Callable[..., Any]) -> Callable[..., Any]:
    reported = [""]

    def report(error: Exception, interval: float) -> None:
        if str(error) != reported[-1]:
            reported.append(str(error))
            errback(error, interval)

    return report


class PatientAMQP(AMQP):
    """Celery's access to the broker, over such connections."""

    Connection: type[Connection] = PatientConnection


class CoreCelery(Celery):
    """Celery with patient connections."""

    amqp_cls: Any = PatientAMQP


def build_celery(settings: Settings) -> CoreCelery:
    """A Celery object, which connects when it first publishes or consumes; raises SettingsError for REDIS_URL."""
    remove_variables(*PREFERRED_BY_CELERY)
    url, logging = broker_url(settings), _logging_for(settings)
    celery = CoreCelery("golden-core", set_as_current=False, broker=url, log=logging)
    celery.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_default_queue="default",
        task_queues=[Queue(name) for name in settings.worker_queues] or None,
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
        """Celery's set-up of logging, replaced by the project's."""

        def setup(self, *_args: Any, **_options: Any) -> list[tuple[Any, Any]]:
            configure_logging(settings)
            return []

    return StructuredLogging
