"""dramatiq, whose queues are lists and hashes of Redis."""

from importlib import import_module

from benchmarks.peers.rows import settings, write_row

dramatiq = import_module("dramatiq")
dramatiq.set_broker(import_module("dramatiq.brokers.redis").RedisBroker(url=settings.broker))
ask = dramatiq.actor(write_row).send
