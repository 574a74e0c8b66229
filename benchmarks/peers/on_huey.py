"""huey, whose queue is a list of Redis."""

from importlib import import_module

from benchmarks.peers.rows import settings, write_row

queue = import_module("huey").RedisHuey("bench", url=settings.broker, results=False)
ask = queue.task()(write_row)
