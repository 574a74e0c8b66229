"""`make bench ARGS=startup`: seconds until a command has answered, and until web and worker are ready."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from tests.chaos.process import Process
from tests.chaos.stack import environment_of

from benchmarks.figures import Figure, Sizes
from benchmarks.places import Place, open_place
from core.commands.processes import web_command, worker_command

MANAGE = Path(__file__).parents[1] / "manage.py"


def measure_startup(sizes: Sizes) -> Sequence[Figure]:
    """Each several times, in turn."""
    with open_place() as place:
        starts: dict[str, Callable[[], float]] = {
            "`manage.py --help`": lambda: show_help(place),
            "web ready": lambda: start(web_of(place)),
            "worker ready": lambda: start(worker_of(place)),
        }
        rounds = [{name: measure() for name, measure in starts.items()} for _ in range(sizes.starts)]
    return [Figure(name, median(found[name] for found in rounds), "s") for name in starts]


def show_help(place: Place) -> float:
    """Seconds until it has ended."""
    began = time.perf_counter()
    command = [sys.executable, str(MANAGE), "--help"]
    folder, environment = place.settings.data_dir, environment_of(place.settings)
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
    return time.perf_counter() - began


def start(process: Process) -> float:
    """Seconds until it is ready, to the 20 ms with which it is polled."""
    began = time.perf_counter()
    process.start()
    try:
        process.wait()
        return time.perf_counter() - began
    finally:
        process.kill()


def web_of(place: Place) -> Process:
    """The project's web process, not started; it is ready if it answers."""
    web = _process(place, "web", web_command(place.settings))
    web.port = place.settings.port
    return web


def worker_of(place: Place) -> Process:
    """The project's worker, not started; it is ready if it says so."""
    return _process(place, "worker", worker_command(place.settings), b"ready.")


def _process(place: Place, name: str, command: Sequence[str], ready_word: bytes = b"") -> Process:
    return Process(name, command, environment_of(place.settings), place.settings.data_dir, ready_word)
