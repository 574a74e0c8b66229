"""Health: what is needed answers, each thing within its own time and all of them side by side."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from redis import Redis

from core.composition import Composition, Project, compose
from core.config import Settings
from core.factory import build_app, build_maintenance
from core.http.health import Dependency, Health, examine
from core.testing.services import RedisServer, build_redis
from core.testing.waiting import PATIENCE
from tests.core.events import Events
from tests.core.marks import on_sqlite


def ready(project: Project, **settings: object) -> tuple[int, Health]:
    """What /health/ready of the project says with these settings."""
    changed = replace(project, settings=project.settings.model_copy(update=settings))
    composition = compose(changed)
    answer = build_app(composition).test_client().get("/health/ready")
    composition.extensions.close()
    return answer.status_code, Health.model_validate_json(answer.data)


def failed(health: Health) -> list[str]:
    return [name for name, dependency in health.dependencies.items() if dependency.status == "failed"]


@on_sqlite
def test_a_process_that_answers_is_live(client: FlaskClient) -> None:
    answer = client.get("/health/live")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "ok")


def test_a_service_whose_dependencies_answer_is_ready(client: FlaskClient) -> None:
    health = Health.model_validate_json(client.get("/health/ready").data)
    assert (health.status, set(health.dependencies)) == ("ok", {"database", "broker", "storage"})


@on_sqlite
def test_redis_that_answers_is_ready(project: Project, redis_server: RedisServer) -> None:
    assert ready(project, redis_url=SecretStr(redis_server.url))[0] == 200


@on_sqlite
@pytest.mark.parametrize(
    "name, changed",
    [
        ("database", {"database_url": SecretStr("postgresql+psycopg://me:hunter2@127.0.0.1:1/x")}),
        ("broker", {"redis_url": SecretStr("redis://:hunter2@127.0.0.1:1/0")}),
        ("storage", {"storage_url": SecretStr("file:///proc/golden")}),
    ],
)
def test_a_failed_dependency_is_named(project: Project, events: Events, name: str, changed: dict[str, object]) -> None:
    status, health = ready(project, **changed)
    assert (status, health.status, failed(health)) == (503, "failed", [name])
    logged = events()
    assert [event["dependency"] for event in logged if event["level"] == "error"] == [name]
    assert "hunter2" not in f"{health} {logged}"


@on_sqlite
def test_a_wrong_password_is_a_failure_without_the_password(project: Project, events: Events, tmp_path: Path) -> None:
    server = build_redis(tmp_path)
    server.start()
    with Redis(port=server.port) as redis:
        redis.config_set("requirepass", "sesame")
    status, health = ready(project, redis_url=SecretStr(f"redis://:hunter2@127.0.0.1:{server.port}/0"))
    assert (status, failed(health)) == (503, ["broker"])
    assert "hunter2" not in str(events())
    server.stop()


def test_dependencies_are_checked_concurrently() -> None:
    names = "abcdefgh"
    assert examine(dict.fromkeys(names, threading.Barrier(len(names)).wait), list, PATIENCE).status == "ok"


def test_a_slow_dependency_has_its_time_and_no_more() -> None:
    answered, before = threading.Event(), time.monotonic()
    health = examine(dict.fromkeys("abcdefgh", lambda: answered.wait(PATIENCE)), list, 0.2)
    passed = time.monotonic() - before
    answered.set()
    assert {dependency.detail for dependency in health.dependencies.values()} == {"no answer within 0.2 s"}
    assert 0.2 <= passed < PATIENCE


def test_several_failures_are_reported_together() -> None:
    def broken() -> None:
        raise ConnectionError("password=hunter2")

    health = examine({"one": broken, "two": broken, "three": lambda: None}, list, 1)
    assert health.dependencies == {
        "one": Dependency(status="failed", detail="ConnectionError"),
        "two": Dependency(status="failed", detail="ConnectionError"),
        "three": Dependency(status="ok"),
    }


def test_a_folder_without_a_broker_is_not_ready(tmp_path: Path) -> None:
    composition = compose(Project(Settings(environment="test", data_dir=tmp_path), ()))
    composition.extensions.settings.broker_folder.rmdir()
    answer = build_app(composition).test_client().get("/health/ready")
    assert failed(Health.model_validate_json(answer.data)) == ["broker"]
    composition.extensions.close()


def test_jobs_in_a_queue_without_a_worker_are_a_notice(client: FlaskClient, composition: Composition) -> None:
    client.post("/toy/jobs", json={"text": "a"})
    notice = "No worker serves the queue default, in which 1 job is waiting"
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["notices"]) == (200, [notice])
    build_maintenance(composition).turn()
    assert client.get("/health/ready").get_json()["notices"] == []


@on_sqlite
def test_a_database_without_tables_is_ready_without_notices(project: Project, tmp_path: Path) -> None:
    status, health = ready(project, database_url=SecretStr(f"sqlite:///{tmp_path}/new.db"))
    assert (status, health.status, health.notices) == (200, "ok", [])
