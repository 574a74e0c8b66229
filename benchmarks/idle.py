"""`make bench ARGS=idle`: what a system without work costs, as processor time per minute."""

import threading
from collections.abc import Sequence
from contextlib import ExitStack

from tests.chaos.process import Process
from tests.chaos.stack import environment_of

from benchmarks.figures import Figure, Sizes
from benchmarks.places import Place, open_place
from benchmarks.processor import seconds, tree
from benchmarks.startup import web_of, worker_of
from core.commands.processes import beat_command

SETTLING = 0.25  # of the sample, before it: processes that have just started are not idle yet
MINUTE = 60


def measure_idle(sizes: Sizes) -> Sequence[Figure]:
    """A sample of some seconds, as if it were a minute."""
    with open_place() as place, ExitStack() as running:
        processes = {"web": web_of(place), "worker": worker_of(place), "beat": beat_of(place)}
        for process in processes.values():
            process.start()
            running.callback(process.kill)
        for process in processes.values():
            process.wait()
        pids = {name: process.pid for name, process in processes.items()}
        pids |= {"Redis": place.redis.pid, "PostgreSQL": place.postgres.pid}
        let_pass(sizes.seconds * SETTLING)
        before = used(pids)
        let_pass(sizes.seconds)
        after = used(pids)
    costs = {name: (after[name] - before[name]) * MINUTE / sizes.seconds for name in pids}
    costs["web, worker and beat"] = sum(costs[name] for name in processes)
    return [Figure(f"idle: {name}", cost, "s CPU/min") for name, cost in costs.items()]


def used(pids: dict[str, int]) -> dict[str, float]:
    """Seconds of the processor that each used so far, with its children."""
    return {name: seconds(tree(pid)) for name, pid in pids.items()}


def let_pass(amount: float) -> None:
    """Wait; here the time itself is the sample."""
    threading.Event().wait(amount)


def beat_of(place: Place) -> Process:
    """The project's beat, not started."""
    command, environment = beat_command(place.settings), environment_of(place.settings)
    return Process("beat", command, environment, place.settings.data_dir, b"beat: Starting")
