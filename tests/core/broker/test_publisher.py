"""Publishing hints: in a bounded time, and skipped for a second after a failure."""

import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from core.broker.publisher import FolderBroker, RedisBroker
from core.errors import Unavailable
from core.testing.services import RedisServer, build_redis
from core.testing.waiting import PATIENCE
from tests.core.events import Events

JOB = uuid4()
QUEUE = "default"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of the test's own, because it is stopped."""
    redis = build_redis(tmp_path)
    redis.start()
    yield redis
    redis.stop()


@pytest.fixture
def broker(server: RedisServer) -> RedisBroker:
    """The broker over that Redis."""
    return RedisBroker(server.url, timeout=PATIENCE)


def failure_of(broker: RedisBroker) -> str:
    with pytest.raises(Unavailable) as failed:
        broker.publish(JOB, QUEUE)
    return failed.value.reason


def test_a_hint_is_in_its_queue(broker: RedisBroker) -> None:
    broker.publish(JOB, QUEUE)
    assert (broker.length(QUEUE), broker.length("other")) == (1, 0)


def test_a_frozen_broker_costs_one_timeout_and_not_one_for_each_request(server: RedisServer) -> None:
    hasty = RedisBroker(server.url, timeout=0.5)
    server.send(signal.SIGSTOP)
    failure = failure_of(hasty)
    assert "Timeout" in failure
    assert failure_of(hasty) == f"not tried again within a second: {failure}"
    server.send(signal.SIGCONT)


def test_a_cause_of_failure_is_logged_once(broker: RedisBroker, server: RedisServer, events: Events) -> None:
    broker.publish(JOB, QUEUE)
    server.stop()
    for attempt in (broker.ping, broker.epoch, broker.ping):
        with pytest.raises(Unavailable):
            attempt()
    server.start()
    broker.ping()
    assert [event["event"] for event in events()] == ["broker unavailable", "broker available again"]


def test_after_an_answer_hints_are_published_again_at_once(broker: RedisBroker, server: RedisServer) -> None:
    server.stop()
    failure_of(broker)
    server.start()
    broker.ping()
    broker.publish(JOB, QUEUE)
    assert broker.length(QUEUE) == 1


def test_a_lost_marker_is_another_epoch(broker: RedisBroker, server: RedisServer) -> None:
    before = broker.epoch()
    assert broker.epoch() == before
    server.stop()
    server.start()
    assert broker.epoch() != before


def test_a_folder_keeps_hints_as_files(tmp_path: Path) -> None:
    broker = FolderBroker(tmp_path)
    broker.publish(JOB, QUEUE)
    broker.ping()
    assert (broker.length(QUEUE), broker.length("other")) == (1, 0)
    assert [path.name.partition(".")[2] for path in tmp_path.iterdir()] == [f"{QUEUE}.msg"]


def test_a_missing_folder_is_unavailable(tmp_path: Path) -> None:
    broker = FolderBroker(tmp_path / "gone")
    for attempt in (broker.ping, broker.epoch, lambda: broker.publish(JOB, QUEUE)):
        with pytest.raises(Unavailable):
            attempt()


def test_a_file_that_a_killed_process_did_not_finish_is_no_hint(tmp_path: Path) -> None:
    broker = FolderBroker(tmp_path)
    broker.publish(JOB, QUEUE)
    [hint] = tmp_path.iterdir()
    hint.rename(tmp_path / f".{hint.name}")
    assert broker.length(QUEUE) == 0
