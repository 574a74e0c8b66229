"""taskiq, whose queue is a stream of Redis with acknowledgements."""

import asyncio
from importlib import import_module

from benchmarks.peers.rows import settings, write_row

broker = import_module("taskiq_redis").RedisStreamBroker(settings.broker)
task = broker.task(task_name="write_row")(write_row)
loop = asyncio.new_event_loop()


def ask(number: int) -> None:
    """Enqueue a job."""
    loop.run_until_complete(task.kiq(number))
