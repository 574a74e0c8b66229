"""The upgrade to the table of idempotency keys: a request that a release before it accepted makes no second job."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.composition import Composition, Project, compose
from core.database.migrate import Migrations
from core.factory import build_app
from core.jobs.models import IdempotencyKey, Job

BEFORE = "e5e20ce5c2e0"


@pytest.fixture
def older(project: Project) -> Iterator[Composition]:
    """The project on a database as the release before left it, with two jobs that requests with keys have made."""
    composition = compose(project)
    client = build_app(composition).test_client()
    for key in ("fresh", "old"):
        client.post("/toy/jobs", json={"text": key}, headers={"Idempotency-Key": key})
    database = composition.extensions.database
    with database.transaction() as session:
        for job in session.scalars(select(Job)):
            job.idempotency_key = str(job.payload["text"])
            job.request_hash = session.get_one(IdempotencyKey, job.idempotency_key).request_hash
            job.created_at -= timedelta(hours=25 if job.idempotency_key == "old" else 0)
    Migrations(database, project.branches).downgrade("core", BEFORE)
    yield composition
    composition.extensions.close()


def test_recent_keys_of_jobs_are_kept(older: Composition, project: Project) -> None:
    Migrations(older.extensions.database, project.branches).upgrade()
    client = build_app(older).test_client()
    with older.extensions.database.transaction(read_only=True) as session:
        assert list(session.scalars(select(IdempotencyKey.key))) == ["fresh"]
    repeated = client.post("/toy/jobs", json={"text": "fresh"}, headers={"Idempotency-Key": "fresh"})
    assert repeated.status_code == 202
    assert client.get(repeated.headers["Location"]).get_json()["id"] == repeated.get_json()["id"]
    assert len(client.get("/jobs").get_json()["items"]) == 2
