"""Schedules and workers over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from core.composition import Composition
from core.factory import build_maintenance, build_ticker
from core.jobs.models import Job, Worker
from core.testing import JobFactory
from core.worker.beat import Ticker
from core.worker.runner import Runner
from tests.core.marks import on_sqlite


@pytest.fixture
def ticker(composition: Composition) -> Ticker:
    """A beat that has seen every schedule."""
    beat = build_ticker(composition)
    beat.tick()
    return beat


@pytest.mark.usefixtures("ticker")
def test_schedules_are_listed_with_their_ticks(client: FlaskClient) -> None:
    (purge, sweep) = client.get("/schedules").get_json()["items"]
    assert (purge["name"], sweep["name"], sweep["rule"]) == ("core.purge_jobs", "toy.sweep", "every 1:00:00")
    assert datetime.fromisoformat(sweep["next_at"]) > datetime.now(UTC)
    assert (sweep["last_at"], sweep["last_job_id"], sweep["paused_at"]) == (None, None, None)


def test_a_schedule_that_is_run_makes_a_job(client: FlaskClient, ticker: Ticker) -> None:
    assert client.post("/schedules/toy.sweep/run").status_code == 200
    ticker.tick()
    (job,) = client.get("/jobs").get_json()["items"]
    (_, sweep) = client.get("/schedules").get_json()["items"]
    assert (job["name"], sweep["last_job_id"]) == ("toy.sweep", job["id"])


def test_a_paused_schedule_is_not_run_until_it_is_resumed(client: FlaskClient, ticker: Ticker) -> None:
    (paused,) = client.post("/schedules/toy.sweep/pause").get_json()["items"]
    assert paused["paused_at"] is not None
    refused = client.post("/schedules/toy.sweep/run")
    assert (refused.status_code, refused.get_json()["detail"]) == (
        409,
        "The schedule toy.sweep is paused; resume it first",
    )
    (resumed,) = client.post("/schedules/toy.sweep/resume").get_json()["items"]
    assert resumed["paused_at"] is None
    assert client.post("/schedules/toy.sweep/run").status_code == 200
    ticker.tick()
    assert len(client.get("/jobs").get_json()["items"]) == 1


@on_sqlite
@pytest.mark.parametrize("action", ["pause", "resume", "run"])
def test_an_unknown_schedule_is_a_404(client: FlaskClient, action: str) -> None:
    answer = client.post(f"/schedules/un.known/{action}")
    assert (answer.status_code, answer.get_json()["detail"]) == (404, "There is no schedule un.known")


@on_sqlite
@pytest.mark.usefixtures("ticker")
def test_an_unknown_action_is_a_404(client: FlaskClient) -> None:
    assert client.post("/schedules/toy.sweep/explode").status_code == 404


def test_workers_are_listed_with_what_they_run(client: FlaskClient, composition: Composition, jobs: JobFactory) -> None:
    build_maintenance(composition).turn()
    (worker,) = client.get("/workers").get_json()["items"]
    assert (worker["is_alive"], worker["running"], worker["queues"]) == (True, [], ["climbs", "default"])
    job_id = jobs.enqueue()
    jobs.claim(job_id, f"{worker['name']}-17")
    (busy,) = client.get("/workers").get_json()["items"]
    assert [(job["id"], job["name"]) for job in busy["running"]] == [(str(job_id), "toy.write_note")]


def test_a_worker_that_fell_silent_is_not_alive(client: FlaskClient, composition: Composition) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=1)
    with composition.extensions.database.transaction() as session:
        session.add(Worker(name="there/1", queues="default,slow", concurrency=4, started_at=long_ago, seen_at=long_ago))
    (silent,) = client.get("/workers").get_json()["items"]
    assert (silent["is_alive"], silent["queues"], silent["concurrency"]) == (False, ["default", "slow"], 4)


def test_a_job_whose_message_no_app_handles_fails_with_the_reason(
    client: FlaskClient, composition: Composition, jobs: JobFactory
) -> None:
    job_id = jobs.enqueue()
    with composition.extensions.database.transaction() as session:
        session.execute(update(Job).where(Job.id == job_id).values(attempt=Job.max_attempts - 1))
    Runner(composition.extensions.units, {}).run(job_id)
    job = client.get(f"/jobs/{job_id}").get_json()
    assert (job["state"], job["problem"]["detail"]) == ("failed", "No app of this project handles toy.write_note")
