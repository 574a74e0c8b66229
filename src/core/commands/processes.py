"""The command lines of web, worker and beat, which share one code base and one image."""

import errno
import shlex
import socket
import sys
from pathlib import Path

from core.config import Settings

HIGHEST_PROPOSED_PORT = 64_000
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SOURCE = Path(__file__).parents[2]
# watchfiles kills a process 5 seconds after it has sent SIGINT; until then, jobs must be handed back.
RELOADING_GRACE = 4.0


def web_command(settings: Settings) -> list[str]:
    """Gunicorn with threads, because requests spend their time waiting for the database and the storage."""
    return [
        *(sys.executable, "-m", "gunicorn", "project.web:web"),
        *("--bind", address(settings)),
        *("--workers", str(settings.web_workers)),
        *("--threads", str(settings.web_threads)),
        *("--graceful-timeout", str(round(settings.stop_grace))),
        *("--config", "python:core.http.gunicorn"),
        "--no-control-socket",
        *_shared_metrics(settings),
    ]


def worker_command(settings: Settings) -> list[str]:
    """Celery's worker, without gossip, mingle and heartbeats between workers: the ledger makes them needless."""
    return [
        *_celery(),
        "worker",
        *("--loglevel", settings.log_level),
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]


def beat_command(settings: Settings) -> list[str]:
    """Celery's beat without a file: the schedules are rows of the database."""
    return [*_celery(), "beat", "--pidfile", "", "--loglevel", settings.log_level]


def all_commands(settings: Settings) -> dict[str, list[str]]:
    """The command of each process by its name; with RELOAD, the processes restart when the code changes."""
    if settings.reload:
        grace = min(settings.stop_grace, RELOADING_GRACE)
        settings = settings.model_copy(update={"stop_grace": grace, "reload": False})
        return {name: _reloading(command, grace) for name, command in all_commands(settings).items()}
    return {"web": web_command(settings), "worker": worker_command(settings), "beat": beat_command(settings)}


def address(settings: Settings) -> str:
    """The host and port that web listens on, in the form of a URL."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{host}:{settings.port}"


def find_port_problem(settings: Settings) -> str | None:
    """Why web cannot listen on its address, and what to do about it; None if it can."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As gunicorn does: a port with connections in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return f"HOST={settings.host} PORT={settings.port}: web cannot listen there ({error.strerror})"
            other = settings.port + 1000 if settings.port < HIGHEST_PROPOSED_PORT else settings.port - 1000
            return f"port {settings.port} on {settings.host} is in use; choose another: make run PORT={other}"
    return None


def _shared_metrics(settings: Settings) -> tuple[str, ...]:
    # The processes of one web add up their metrics in this folder; the port keeps several webs on one machine apart.
    folder = settings.data_dir.absolute() / "metrics" / str(settings.port)
    return ("--env", f"{METRICS_FOLDER}={folder}") if settings.metrics else ()


def _celery() -> tuple[str, ...]:
    return (sys.executable, "-m", "celery", "--quiet", "-A", "project.worker:celery")


def _reloading(command: list[str], grace: float) -> list[str]:
    graceful = shlex.join(["env", f"STOP_GRACE={grace}", *command])
    return [sys.executable, "-m", "watchfiles", "--filter", "python", graceful, str(SOURCE)]
