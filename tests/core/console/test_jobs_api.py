"""The jobs over HTTP: listed, searched, paged and read, with a reason in every refusal."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from pydantic import JsonValue
from werkzeug.test import TestResponse

from core.config import Settings
from core.jobs.states import LIVE, State
from core.testing import JobFactory
from tests.core.marks import on_sqlite
from tests.core.toy.messages import Sweep, WriteMany, WriteNote


def ids(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200
    return [job["id"] for job in answer.get_json()["items"]]


def named(*job_ids: UUID) -> list[str]:
    return [str(job_id) for job_id in job_ids]


def pages(client: FlaskClient, query: str) -> list[str]:
    jobs, cursor = [], ""
    while True:
        page = client.get(f"/jobs?limit=2&{query}{cursor}")
        jobs += ids(page)
        following = page.get_json()["next"]
        if following is None:
            return jobs
        cursor = f"&cursor={following}"


def problem(answer: TestResponse, status: int) -> dict[str, object]:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    body: dict[str, object] = answer.get_json()
    return body


def test_the_newest_job_is_listed_first(client: FlaskClient, jobs: JobFactory) -> None:
    first, second = jobs.enqueue(WriteNote(text="first")), jobs.enqueue(WriteNote(text="second"))
    assert ids(client.get("/jobs")) == named(second, first)
    assert ids(client.get("/jobs?sort=created_at")) == named(first, second)


def test_the_job_that_changed_last_can_be_first(client: FlaskClient, jobs: JobFactory) -> None:
    first, second = jobs.enqueue(WriteNote(text="first")), jobs.enqueue(WriteNote(text="second"))
    jobs.claim(first)
    assert ids(client.get("/jobs?sort=-updated_at")) == named(first, second)
    assert ids(client.get("/jobs?sort=updated_at")) == named(second, first)


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "updated_at", "-updated_at"])
def test_pages_neither_skip_nor_repeat(client: FlaskClient, jobs: JobFactory, sort: str) -> None:
    added = named(*(jobs.enqueue(WriteNote(text=str(number))) for number in range(5)))
    found = pages(client, f"sort={sort}")
    assert found == (added[::-1] if sort.startswith("-") else added)


@pytest.mark.parametrize("state", list(State))
def test_jobs_are_found_by_state(client: FlaskClient, jobs: JobFactory, state: State) -> None:
    made = {each: jobs.make(each, WriteNote(text=each)) for each in State}
    assert ids(client.get(f"/jobs?state={state}")) == named(made[state])


def test_jobs_are_found_by_name_and_by_time(client: FlaskClient, jobs: JobFactory) -> None:
    note, sweep = jobs.enqueue(WriteNote(text="note")), jobs.enqueue(Sweep())
    moment = jobs.read(sweep).created_at.isoformat()
    assert ids(client.get("/jobs?name=toy.sweep")) == named(sweep)
    assert ids(client.get("/jobs", query_string={"created_after": moment})) == named(sweep)
    assert ids(client.get("/jobs", query_string={"created_before": moment})) == named(note)


@pytest.mark.parametrize(
    "text, found",
    [
        ("GROUCHO", ["Groucho 100%"]),
        ("write_many", ["many"]),
        ("toy:harpo", ["harpo_"]),
        ("may not be", ["failed"]),
        ("100%", ["Groucho 100%"]),
        ("harpo_", ["harpo_"]),
        ("größe", ["größe"]),
        ("GRÖẞE", ["größe"]),
        ("nobody", []),
    ],
)
def test_jobs_are_found_by_text(client: FlaskClient, jobs: JobFactory, text: str, found: Sequence[str]) -> None:
    made = {note: jobs.enqueue(WriteNote(text=note)) for note in ("Groucho 100%", "harpoX", "größe")}
    made["harpo_"] = UUID(client.post("/toy/jobs", json={"text": "harpo_"}).get_json()["id"])
    made |= {"many": jobs.enqueue(WriteMany(count=1)), "failed": jobs.make(State.FAILED, WriteNote(text="x"))}
    assert ids(client.get("/jobs", query_string={"text": text})) == named(*(made[name] for name in found))


@on_sqlite
@pytest.mark.parametrize(
    "query, pointer",
    [
        ("state=lost", "?state"),
        ("limit=0", "?limit"),
        ("limit=201", "?limit"),
        ("sort=name", "?sort"),
        ("created_after=yesterday", "?created_after"),
        ("created_after=2026-01-01T00:00:00", "?created_after"),
        ("created_after=0001-01-01T00:00:00%2B14:00", "?created_after"),
        ("created_before=9999-12-31T23:59:59-14:00", "?created_before"),
        ("created_before=123", "?created_before"),
        ("colour=red", "?colour"),
        ("state=failed&state=queued", "?state"),
    ],
)
def test_an_invalid_query_is_a_422_that_names_the_parameter(client: FlaskClient, query: str, pointer: str) -> None:
    refused = problem(client.get(f"/jobs?{query}"), 422)
    assert pointer in str(refused["errors"])


def test_a_text_that_not_every_database_takes_breaks_nothing(client: FlaskClient, jobs: JobFactory) -> None:
    jobs.enqueue()
    assert client.get("/jobs?text=%00").status_code in {200, 422}


@on_sqlite
def test_a_cursor_that_was_tampered_with_is_a_400(client: FlaskClient, jobs: JobFactory) -> None:
    for number in range(3):
        jobs.enqueue(WriteNote(text=str(number)))
    cursor = client.get("/jobs?limit=1").get_json()["next"]
    assert problem(client.get(f"/jobs?cursor={cursor}x"), 400)["title"] == "Malformed request"
    problem(client.get(f"/jobs?cursor={cursor}&sort=updated_at"), 400)
    problem(client.get("/jobs?cursor="), 400)


@on_sqlite
@pytest.mark.parametrize(
    "keys",
    [
        *({}, {"created_at": 1, "id": 2}, "", "ab", None, 7, True, [], ["2026-01-01T00:00:00Z"], [1, 2, 3], [[], {}]),
        *(["yesterday", str(UUID(int=7))], ["2026-01-01T00:00:00Z", 7]),
    ],
)
def test_a_signed_cursor_of_another_shape_is_a_400(client: FlaskClient, settings: Settings, keys: JsonValue) -> None:
    signer = URLSafeSerializer(settings.secret_key.get_secret_value(), salt="Job.created_at/True")
    problem(client.get("/jobs", query_string={"cursor": str(signer.dumps(keys))}), 400)


@on_sqlite
def test_a_signed_cursor_without_json_in_it_is_a_400(client: FlaskClient, settings: Settings) -> None:
    signer = URLSafeSerializer(settings.secret_key.get_secret_value(), salt="Job.created_at/True").make_signer()
    for payload in (b"AAAA", b".AAAA", b"W10x", b"\xff"):
        problem(client.get("/jobs", query_string={"cursor": signer.sign(payload).decode("latin-1")}), 400)


@pytest.mark.parametrize("state", list(State))
def test_a_job_is_read_with_its_state(client: FlaskClient, jobs: JobFactory, state: State) -> None:
    answer = client.get(f"/jobs/{jobs.make(state)}")
    assert answer.get_json()["state"] == state
    assert answer.headers.get("Retry-After") == ("1" if state in LIVE else None)


@on_sqlite
@pytest.mark.parametrize("action", ["", "/cancel", "/retry"])
def test_an_unknown_job_is_a_404(client: FlaskClient, action: str) -> None:
    path = f"/jobs/{uuid4()}{action}"
    problem(client.post(path) if action else client.get(path), 404)
    assert client.get("/jobs/17").status_code == 404
