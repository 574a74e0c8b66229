"""rq, whose jobs are hashes of Redis."""

from importlib import import_module

from redis import Redis

from benchmarks.peers.rows import settings, write_row

queue = import_module("rq").Queue("default", connection=Redis.from_url(settings.broker))


def ask(number: int) -> None:
    """Enqueue a job without a result."""
    queue.enqueue(write_row, number, result_ttl=0)
