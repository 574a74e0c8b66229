"""`make bench ARGS=peers`: a backlog beside huey, dramatiq, taskiq, rq and procrastinate, each with a row per job."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.backlog import measure_backlog
from benchmarks.contenders import Contender, contenders
from benchmarks.figures import Figure, Sizes
from benchmarks.places import Place, open_place
from core.config import Settings
from core.observability.logging import configure_logging

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
HUEY, DRAMATIQ, RQ, TASKIQ, PROCRASTINATE = (
    f"benchmarks.peers.on_{name}" for name in ("huey", "dramatiq", "rq", "taskiq", "procrastinate")
)
MIGRATE = ("-m", "procrastinate", "--app", f"{PROCRASTINATE}.app", "schema", "--apply")


def measure_peers(sizes: Sizes) -> Sequence[Figure]:
    """Nothing if the peers cannot be installed, for example without a network."""
    configure_logging(Settings(log_level="WARNING"))
    with open_place() as place:
        if problem := install(place.libraries):
            click.echo(f"  left out: {problem}")
            return []
        run(place, *MIGRATE)
        ours, bare, _ = contenders(place.settings)
        return list(measure_backlog(place, sizes, [ours, bare, *peers(place)]))


def peers(place: Place) -> list[Contender]:
    """Each with two jobs at once, in two processes unless it has but one."""
    redis = place.settings.broker
    return [
        _peer(place, HUEY, b"consumer started", "huey.bin.huey_consumer", f"{HUEY}.queue", "-w2", "-kprocess"),
        _peer(place, DRAMATIQ, b"ready for action", "dramatiq", DRAMATIQ, "--processes=2", "--threads=1"),
        _peer(place, TASKIQ, b"Listening started", "taskiq", "worker", f"{TASKIQ}:broker", "--workers=2"),
        _peer(place, RQ, b"Listening on", "rq.cli", "worker-pool", "-n2", f"-u{redis}", "-wrq.worker.SimpleWorker"),
        _peer(place, PROCRASTINATE, b"Starting worker", *MIGRATE[1:-2], "-v", "worker", "--concurrency=2"),
    ]


def install(folder: Path) -> str:
    """Put the libraries into a folder; returns why that is impossible, or nothing."""
    words = ("pip", "install", "--quiet", "--no-deps", "--target", str(folder), "-r", str(REQUIREMENTS))
    command = [sys.executable, "-m", "uv", *words, "--python", sys.executable]
    installed = subprocess.run(command, capture_output=True, text=True, check=False)
    return installed.stderr.strip() if installed.returncode else ""


def run(place: Place, *words: str) -> str:
    """What a Python prints that can import the libraries; raises RuntimeError with what it complains of."""
    folder, environment = place.settings.data_dir, place.environment
    ran = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    return ran.stdout


def _peer(place: Place, module: str, ready: bytes, *words: str) -> Contender:
    def ask(jobs: int) -> float:
        return float(run(place, "-m", "benchmarks.peers.ask", module, str(jobs)))

    name = module.rpartition("_")[2]
    return Contender(f"{name}, a row per job", (sys.executable, "-m", *words), ask, ready=ready)
