"""Faults of the broker, which may lose its data at any time."""

import json
import pickle
from signal import SIGCONT, SIGSTOP, SIGTERM
from uuid import uuid4

from core.broker.transports import RUN_JOB
from core.testing.services import RedisServer
from tests.chaos.scene import Scene
from tests.chaos.times import LATE, STOP_GRACE

QUEUE = "default"
GARBAGE = (b"\x80\x04not a message", b"{", b"[]", b"{}", b"null", b'{"body": 1}', b'{"body": "e30=", "headers": {}}')


def redis_of(scene: Scene) -> RedisServer:
    """The stack's server; raises LookupError if it has none."""
    if scene.stack.redis is None:
        raise LookupError("there is no Redis in this stack")
    return scene.stack.redis


def flush(scene: Scene) -> None:
    """Every hint and every counter is gone, while hints wait."""
    with scene.waiting_hints():
        scene.redis().flushall()


def restart(scene: Scene) -> None:
    """The same by a restart, which closes every connection too."""
    server = redis_of(scene)
    with scene.waiting_hints():
        server.stop()
    scene.let_load_run(1)
    server.start()


def freeze(scene: Scene) -> None:
    """It accepts connections and answers nothing."""
    redis_of(scene).send(SIGSTOP)
    scene.let_load_run(20)
    redis_of(scene).send(SIGCONT)


def close_port(scene: Scene) -> None:
    """It cannot be reached, and loses nothing."""
    control, port = scene.redis(), redis_of(scene).port
    control.config_set("port", 0)
    control.client_kill_filter(_type="normal", skipme=True)
    control.client_kill_filter(_type="pubsub")
    scene.let_load_run(10)
    control.config_set("port", port)


def publish_garbage(scene: Scene) -> None:
    """Bytes, half messages, pickles, unknown tasks, wrong arguments, and hints for unknown jobs."""
    control = scene.redis()
    for _ in range(3):
        control.lpush(QUEUE, *GARBAGE, *(json.dumps(message).encode() for message in wrong_messages()))
        scene.let_load_run(0.3)
    scene.ended(scene.a_worker(), STOP_GRACE + LATE, SIGTERM)


def empty_folder(scene: Scene) -> None:
    """Every hint is gone, while hints wait."""
    with scene.waiting_hints():
        for message in scene.messages():
            message.unlink(missing_ok=True)


def write_garbage(scene: Scene) -> None:
    """Files that are no messages."""
    for number, garbage in enumerate((*GARBAGE, *(json.dumps(message).encode() for message in wrong_messages()))):
        (scene.stack.settings.broker_folder / f"{number}_{uuid4()}.{QUEUE}.msg").write_bytes(garbage)
    scene.let_load_run(1)


def wrong_messages() -> list[dict[str, object]]:
    """Messages in Celery's format that the workers cannot handle."""
    pickled = pickle.dumps(([str(uuid4())], {}, {})).hex()
    return [
        message(RUN_JOB, "[[], {}, {}]"),
        message(RUN_JOB, '[["no uuid"], {}, {}]'),
        message(RUN_JOB, f'[["{uuid4()}"], {{}}, {{}}]'),
        message(RUN_JOB, '[["a", "b"], {"c": 1}, {}]'),
        message(RUN_JOB, "{"),
        message(RUN_JOB, pickled, "application/x-python-serialize"),
        message("tasks.unknown", "[[], {}, {}]"),
    ]


def message(task: str, body: str, content_type: str = "application/json") -> dict[str, object]:
    """A message as kombu writes it."""
    tag, name = str(uuid4()), str(uuid4())
    delivery = {"exchange": "", "routing_key": QUEUE}
    properties = {"correlation_id": name, "delivery_tag": tag, "delivery_info": delivery, "body_encoding": "utf-8"}
    headers = {"lang": "py", "task": task, "id": name}
    return {
        "body": body,
        "content-encoding": "utf-8",
        "content-type": content_type,
        "headers": headers,
        "properties": properties,
    }
