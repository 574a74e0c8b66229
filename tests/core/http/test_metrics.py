"""Metrics: requests by route, the state of the ledger, and an answer while the database is unavailable."""

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from core.commands.processes import web_command
from core.composition import Composition, Project, compose
from core.config import Settings
from core.errors import Unavailable
from core.factory import build_app, build_maintenance
from core.http.metrics import SingleFlight
from core.testing import RunJobs
from core.testing.services import free_port
from core.testing.waiting import PATIENCE, wait_until
from tests.core.events import Events
from tests.core.marks import on_sqlite
from tests.core.processes import Running, clean_environment, running
from tests.core.scraped import Scraped, scrape

REQUESTS, SECONDS = "http_requests_total", "http_request_duration_seconds_count"


def client_of(project: Project, **settings: object) -> FlaskClient:
    """A client of the project with other settings."""
    changed = replace(project, settings=project.settings.model_copy(update=settings))
    return build_app(compose(changed)).test_client()


@on_sqlite
def test_a_request_is_counted_by_the_template_of_its_route(client: FlaskClient) -> None:
    for number in range(3):
        client.get(f"/jobs/00000000-0000-4000-8000-00000000000{number}")
    metrics, job = scrape(client), {"method": "GET", "route": "/jobs/<uuid:job_id>"}
    assert metrics.value(REQUESTS, **job, status="404") == 3
    assert metrics.value(SECONDS, **job) == 3
    assert metrics.value("http_request_duration_seconds_bucket", **job, le="+Inf") == 3


@on_sqlite
def test_a_crash_and_a_refusal_are_counted_by_their_status(client: FlaskClient) -> None:
    client.post("/toy/jobs", json={"text": "roll back"})
    client.post("/toy/notes", json={"nothing": 1})
    metrics = scrape(client)
    assert metrics.value(REQUESTS, method="POST", route="/toy/jobs", status="500") == 1
    assert metrics.value(REQUESTS, method="POST", route="/toy/notes", status="422") == 1


@on_sqlite
def test_what_clients_invent_is_not_in_the_labels(client: FlaskClient) -> None:
    for number in range(50):
        client.get(f"/nowhere/{number}?password=hunter2")
        client.open(f'/a"}}\n{number}', method=f"HACK{number}", headers={"X-Request-ID": f"id-{number}"})
    metrics = scrape(client)
    assert {(labels["method"], labels["route"], labels["status"]) for labels in metrics.labels(REQUESTS)} == {
        ("GET", "other", "404"),
        ("other", "other", "404"),
    }
    assert "hunter2" not in client.get("/metrics").get_data(as_text=True)


def test_jobs_are_counted_by_queue_name_and_state(client: FlaskClient, run_jobs: RunJobs) -> None:
    for number, then in enumerate(("succeed", "succeed", "refuse", "be unavailable")):
        client.post("/toy/jobs", json={"text": f"note {number}", "then": then})
    assert scrape(client).value("jobs_live", queue="default", name="toy.write_note", state="queued") == 4
    run_jobs()
    metrics = scrape(client)
    assert metrics.labels("jobs_live") == [{"queue": "default", "name": "toy.write_note", "state": "waiting"}]
    assert metrics.value("jobs_ended_last_minute", name="toy.write_note", state="succeeded") == 2
    assert metrics.value("jobs_ended_last_minute", name="toy.write_note", state="failed") == 1
    assert metrics.value("jobs_retryable", state="failed") == 1
    assert (metrics.value("database_up"), metrics.value("jobs_oldest_queued_seconds", queue="default")) == (1, 0)
    longest = metrics.value("jobs_run_seconds_longest", name="toy.write_note", state="succeeded")
    assert longest is not None
    assert longest > 0


def test_jobs_in_a_queue_without_a_worker_are_counted(client: FlaskClient, composition: Composition) -> None:
    client.post("/toy/jobs", json={"text": "a"})
    assert scrape(client).value("jobs_unserved", queue="default") == 1
    build_maintenance(composition).turn()
    assert scrape(client).value("jobs_unserved", queue="default") == 0


@on_sqlite
def test_requests_are_counted_while_the_database_is_unavailable(project: Project, events: Events) -> None:
    client = client_of(project, database_url=SecretStr("postgresql+psycopg://me:hunter2@127.0.0.1:1/x"))
    client.get("/health/live")
    metrics = scrape(client)
    assert (metrics.value("database_up"), metrics.value(REQUESTS, route="/health/live")) == (0, 1)
    assert "jobs_retryable" not in metrics.names()
    assert "hunter2" not in str(events())


@on_sqlite
def test_requests_are_counted_before_the_tables_exist(project: Project, events: Events, tmp_path: Path) -> None:
    metrics = scrape(client_of(project, database_url=SecretStr(f"sqlite:///{tmp_path}/new.db")))
    assert (metrics.value("database_up"), [event["event"] for event in events()]) == (0, ["ledger not measured"])


@on_sqlite
def test_metrics_can_be_turned_off(project: Project) -> None:
    assert client_of(project, metrics=False).get("/metrics").status_code == 404


@on_sqlite
def test_projects_in_one_process_are_counted_separately(project: Project) -> None:
    one, other = client_of(project), client_of(project)
    one.get("/health/live")
    assert scrape(one).value(REQUESTS, route="/health/live") == 1
    assert scrape(other).value(REQUESTS, route="/health/live") is None


def test_a_call_that_hangs_is_shared_by_its_callers() -> None:
    answered, begun = threading.Event(), []

    def read() -> str:
        begun.append(1)
        answered.wait(PATIENCE)
        return "read"

    shared = SingleFlight(read, 0.05)
    assert [shared() for _ in range(5)] == [None] * 5
    assert begun == [1]
    answered.set()
    wait_until(lambda: shared() == "read")


def test_a_call_that_failed_is_repeated() -> None:
    results: Iterator[Exception | str] = iter([Unavailable("unavailable"), RuntimeError("no such table"), "there"])

    def read() -> str:
        result = next(results)
        if isinstance(result, Exception):
            raise result
        return result

    shared = SingleFlight(read, 5)
    assert [shared() for _ in range(3)] == [None, None, "there"]


def fetch(port: int, path: str) -> bytes:
    """The body of a real server's answer, over a new connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        return connection.getresponse().read()
    except OSError:
        return b""
    finally:
        connection.close()


def counted(port: int) -> float | None:
    return Scraped(fetch(port, "/metrics").decode()).value(REQUESTS, route="/health/live")


def assert_all_report_the_same(port: int, process: Running, folder: Path) -> None:
    wait_until(lambda: fetch(port, "/health/live"), what=f"an answer: {process.output()}")
    answers = iter(lambda: fetch(port, "/health/live"), b"")
    wait_until(lambda: next(answers) and len(list(folder.glob("counter_*.db"))) > 1, what="two processes that answer")
    before = counted(port) or 0
    for _ in range(10):
        next(answers)
    assert {counted(port) for _ in range(20)} == {before + 10}


@pytest.mark.slow
@on_sqlite
def test_every_process_of_a_web_reports_the_sum(settings: Settings, tmp_path: Path) -> None:
    changed = settings.model_copy(update={"port": free_port(), "web_workers": 3, "data_dir": tmp_path})
    command = ["tests.core.toy_web:web" if word == "project.web:web" else word for word in web_command(changed)]
    environment = clean_environment(DATABASE_URL=settings.database, DATA_DIR=str(tmp_path), ENVIRONMENT="test")
    stale = tmp_path / "metrics" / str(changed.port) / "counter_1.db"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"the counts of an earlier web")
    with running(command, tmp_path, environment) as process:
        assert_all_report_the_same(changed.port, process, stale.parent)
        assert process.end() == 0
    assert not stale.exists()


def test_a_web_without_metrics_shares_no_folder(tmp_path: Path) -> None:
    assert "--env" not in web_command(Settings(metrics=False, data_dir=tmp_path))
    assert f"PROMETHEUS_MULTIPROC_DIR={tmp_path}/metrics/8000" in web_command(Settings(data_dir=tmp_path))
    assert sys.executable == web_command(Settings())[0]
