"""Following jobs: every change is sent once and in order, from the client's last event to the job's end."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from pydantic import BaseModel, JsonValue
from sqlalchemy import update

from core.composition import Composition
from core.console.events import id_of
from core.database.engine import Database
from core.jobs.messages import Message
from core.jobs.models import Job
from core.jobs.states import State
from core.testing import JobFactory
from tests.core.marks import on_sqlite
from tests.core.toy.messages import WriteMany, WriteNote

LONG_AGO = "2026-01-01T00:00:00Z"


class Received(BaseModel):
    """One event as a client parses it."""

    id: str
    event: str
    data: dict[str, JsonValue]


def received(stream: Iterator[bytes]) -> Iterator[Received]:
    """The events of a stream, without its heartbeats."""
    for block in stream:
        lines = dict(line.split(": ", 1) for line in block.decode().splitlines() if line)
        if "data" in lines:
            yield Received(id=lines["id"], event=lines["event"], data=json.loads(lines["data"]))


def follow(client: FlaskClient, path: str, last: str | None = None) -> Iterator[Received]:
    headers = {} if last is None else {"Last-Event-ID": last}
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    return received(answer.iter_encoded())


def texts(stream: Iterator[Received], count: int) -> list[JsonValue]:
    return [event.data["id"] for event in islice(stream, count)]


def change(database: Database, job_id: UUID, ago: timedelta) -> None:
    with database.transaction() as session:
        session.execute(update(Job).where(Job.id == job_id).values(updated_at=datetime.now(UTC) - ago))


def test_a_job_is_followed_until_it_is_finished(client: FlaskClient, jobs: JobFactory) -> None:
    job_id = jobs.enqueue()
    stream = follow(client, f"/jobs/{job_id}/events")
    assert next(stream).data["state"] == "queued"
    claim = jobs.claim(job_id)
    assert next(stream).data["state"] == "running"
    jobs.progress(claim, 1, 2, "half")
    assert next(stream).data["progress"] == {"done": 1, "total": 2, "note": "half"}
    jobs.end(claim, State.SUCCEEDED)
    last = next(stream)
    assert (last.data["state"], last.data["updated_at"]) == ("succeeded", last.id)
    assert list(stream) == []


def test_a_client_that_reconnects_gets_only_what_it_missed(client: FlaskClient, jobs: JobFactory) -> None:
    job_id = jobs.enqueue()
    first = next(follow(client, f"/jobs/{job_id}/events"))
    jobs.end(jobs.claim(job_id), State.FAILED)
    (missed,) = follow(client, f"/jobs/{job_id}/events", first.id)
    assert missed.data["state"] == "failed"
    assert client.get(f"/jobs/{job_id}/events", headers={"Last-Event-ID": missed.id}).status_code == 204


def test_an_unknown_job_cannot_be_followed(client: FlaskClient) -> None:
    assert client.get(f"/jobs/{uuid4()}/events").status_code == 404


@on_sqlite
def test_the_stream_of_a_job_that_is_deleted_ends(client: FlaskClient, jobs: JobFactory) -> None:
    job_id = jobs.enqueue()
    stream = follow(client, f"/jobs/{job_id}/events")
    next(stream)
    jobs.delete(job_id)
    assert list(stream) == []


@on_sqlite
@pytest.mark.parametrize("path", ["/jobs/events", "/jobs/{job_id}/events"])
@pytest.mark.parametrize("last", ["seven", "123", "2026-01-01T00:00:00", "0001-01-01T00:00:00Z"])
def test_an_id_that_no_stream_has_sent_is_a_400(client: FlaskClient, jobs: JobFactory, path: str, last: str) -> None:
    answer = client.get(path.format(job_id=jobs.enqueue()), headers={"Last-Event-ID": last})
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (400, "Last-Event-ID")


@on_sqlite
@pytest.mark.parametrize("since", ["2026-01-01T00:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"])
def test_a_moment_without_a_zone_or_at_the_end_of_time_is_a_422(client: FlaskClient, since: str) -> None:
    assert client.get(f"/jobs/events?since={since}").status_code == 422


def test_every_job_is_followed_from_a_moment(client: FlaskClient, jobs: JobFactory) -> None:
    first, second = jobs.make(State.SUCCEEDED), jobs.enqueue(WriteNote(text="another"))
    stream = follow(client, f"/jobs/events?since={LONG_AGO}")
    assert texts(stream, 2) == [str(first), str(second)]
    jobs.claim(second)
    later = next(stream)
    assert (later.data["id"], later.data["state"]) == (str(second), "running")


def test_a_client_that_reconnects_misses_no_job(client: FlaskClient, jobs: JobFactory) -> None:
    jobs.enqueue()
    seen = next(follow(client, f"/jobs/events?since={LONG_AGO}"))
    missed = jobs.enqueue(WriteNote(text="missed"))
    assert str(missed) in texts(follow(client, "/jobs/events", seen.id), 2)


def test_a_change_that_becomes_visible_late_is_sent(
    client: FlaskClient, composition: Composition, jobs: JobFactory
) -> None:
    late, database = jobs.enqueue(WriteNote(text="late")), composition.extensions.database
    change(database, late, timedelta(days=1))
    stream = follow(client, "/jobs/events")
    first = jobs.enqueue(WriteNote(text="first"))
    assert texts(stream, 1) == [str(first)]
    change(database, late, timedelta(seconds=1))
    assert texts(stream, 1) == [str(late)]


@on_sqlite
def test_old_changes_are_not_sent_again(client: FlaskClient, composition: Composition, jobs: JobFactory) -> None:
    change(composition.extensions.database, jobs.enqueue(WriteNote(text="old")), timedelta(minutes=1))
    stream = follow(client, "/jobs/events")
    new = jobs.enqueue(WriteNote(text="new"))
    assert texts(stream, 1) == [str(new)]


@on_sqlite
def test_more_changes_than_one_poll_takes_are_all_sent_once(client: FlaskClient, composition: Composition) -> None:
    before = id_of(datetime.now(UTC))
    messages: list[Message] = [WriteMany(count=number) for number in range(1100)]
    with composition.extensions.units.open() as unit:
        added = {str(unit.enqueue(message)) for message in messages}
    stream = follow(client, "/jobs/events", before)
    assert len(added) == 1100
    assert set(texts(stream, 1100)) == added
