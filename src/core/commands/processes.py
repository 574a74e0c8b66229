"""The command lines of the processes: one image and one code base, three commands."""

import errno
import shlex
import socket
import sys
from pathlib import Path

from core.config import Settings

LAST_ROUND_PORT = 64_000
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SOURCE = Path(__file__).parents[2]


def web_command(settings: Settings) -> list[str]:
    """Gunicorn with threads, because requests wait for the database and the storage."""
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
    """Celery's worker, without the chatter between workers that the ledger makes needless."""
    return [
        *_celery(),
        "worker",
        *("--queues", ",".join(settings.worker_queues)),
        *("--loglevel", settings.log_level),
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]


def beat_command(settings: Settings) -> list[str]:
    """Celery's beat; it keeps no file of its own."""
    return [*_celery(), "beat", "--pidfile", "", "--loglevel", settings.log_level]


def all_commands(settings: Settings) -> dict[str, str]:
    """The shell command of each process by its name; with RELOAD, web and worker restart when the code changes."""
    commands = {
        "web": web_command(settings),
        "worker": worker_command(settings),
        "beat": beat_command(settings),
    }
    return {
        name: shlex.join(_reloading(command, settings) if settings.reload else command)
        for name, command in commands.items()
    }


def address(settings: Settings) -> str:
    """Where web listens, as an URL writes it."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{host}:{settings.port}"


def port_trouble(settings: Settings) -> str | None:
    """Why web could not listen on its address now, and what to do; None where it could."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As gunicorn does it: a port whose last connections are still ending is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return f"HOST={settings.host} PORT={settings.port}: web cannot listen there ({error.strerror})"
            other = settings.port + 1000 if settings.port < LAST_ROUND_PORT else settings.port - 1000
            return f"port {settings.port} on {settings.host} is in use; choose another: make run PORT={other}"
    return None


def _shared_metrics(settings: Settings) -> tuple[str, ...]:
    # Where the processes of one web add up what they count; its port tells webs with the same folder apart.
    folder = settings.data_dir.absolute() / "metrics" / str(settings.port)
    return ("--env", f"{METRICS_FOLDER}={folder}") if settings.metrics else ()


def _celery() -> tuple[str, ...]:
    return (sys.executable, "-m", "celery", "--quiet", "-A", "project.worker:celery")


def _reloading(command: list[str], settings: Settings) -> list[str]:
    grace = ("--sigint-timeout", str(round(settings.stop_grace) + 1))
    return [sys.executable, "-m", "watchfiles", "--filter", "python", *grace, shlex.join(command), str(SOURCE)]
