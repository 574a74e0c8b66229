"""The broker beside Celery: told of jobs in a bounded time, and left alone for a moment when it did not answer."""

import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from core.broker.publisher import FolderBroker, RedisBroker
from core.errors import Unavailable
from core.testing.services import RedisServer, build_redis
from core.testing.waiting import PATIENCE

JOB = uuid4()
QUEUE = "default"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of the test's own, for it is stopped."""
    redis = build_redis(tmp_path)
    redis.start()
    yield redis
    redis.stop()


@pytest.fixture
def broker(server: RedisServer) -> RedisBroker:
    """The broker over that Redis."""
    return RedisBroker(server.url, timeout=PATIENCE)


def reason_of_refusal(broker: RedisBroker) -> str:
    with pytest.raises(Unavailable) as refused:
        broker.publish(JOB, QUEUE)
    return refused.value.reason


def test_a_hint_waits_in_its_queue(broker: RedisBroker) -> None:
    broker.publish(JOB, QUEUE)
    assert (broker.length(QUEUE), broker.length("other")) == (1, 0)


def test_a_frozen_broker_costs_one_timeout_and_not_one_for_each_request(server: RedisServer) -> None:
    hasty = RedisBroker(server.url, timeout=0.5)
    server.send(signal.SIGSTOP)
    assert "Timeout" in reason_of_refusal(hasty)
    assert reason_of_refusal(hasty) == "it did not answer a moment ago"
    server.send(signal.SIGCONT)


def test_a_broker_that_refuses_is_not_waited_for(broker: RedisBroker, server: RedisServer) -> None:
    broker.publish(JOB, QUEUE)
    server.stop()
    reasons = [reason_of_refusal(broker), reason_of_refusal(broker)]
    assert reasons[1] == "it did not answer a moment ago"


def test_a_broker_that_answers_again_is_told_at_once(broker: RedisBroker, server: RedisServer) -> None:
    server.stop()
    reason_of_refusal(broker)
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


def test_a_folder_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    broker = FolderBroker(tmp_path / "gone")
    for ask in (broker.ping, broker.epoch, lambda: broker.publish(JOB, QUEUE)):
        with pytest.raises(Unavailable):
            ask()


def test_a_hint_that_a_killed_process_did_not_finish_is_none(tmp_path: Path) -> None:
    broker = FolderBroker(tmp_path)
    broker.publish(JOB, QUEUE)
    [hint] = tmp_path.iterdir()
    hint.rename(tmp_path / f".{hint.name}")
    assert broker.length(QUEUE) == 0
