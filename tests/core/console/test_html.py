"""The pages: complete without JavaScript, and protected against hostile payloads and other sites."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.composition import Composition
from core.factory import build_maintenance, build_ticker
from core.jobs.models import JobEvent
from core.jobs.states import FINISHED, LIVE, RETRYABLE, State
from core.testing import JobFactory
from tests.core.marks import on_sqlite
from tests.core.toy.messages import WriteMany, WriteNote

HOSTILE = '"><script>alert(1)</script>{{ 7*7 }}'
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}"
PAGES = ("/", "/ui/schedules", "/ui/workers")


def text(answer: TestResponse, status: int = 200) -> str:
    """The page, with white space collapsed."""
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def shown(client: FlaskClient, query: str = "") -> list[str]:
    """The ids of the listed jobs."""
    return re.findall(r'<li id="job-([0-9a-f-]+)"', text(client.get(f"/?{query}")))


def named(*job_ids: UUID) -> list[str]:
    return [str(job_id) for job_id in job_ids]


def test_an_empty_ledger_shows_what_to_do(client: FlaskClient) -> None:
    page = text(client.get("/"))
    for part in ("No jobs yet", "No job ended in the last hour", "manage.py jobs enqueue"):
        assert part in page
    assert "No workers" in text(client.get("/ui/workers"))
    assert "No schedules yet" in text(client.get("/ui/schedules"))


def test_the_list_counts_and_shows_jobs_in_every_state(client: FlaskClient, jobs: JobFactory) -> None:
    made = {state: jobs.make(state, WriteNote(text=state)) for state in State}
    page = text(client.get("/"))
    for state in State:
        assert f'id="count-{state}" class="{state}"> <b>1</b> <span>{state}</span>' in page
    assert shown(client) == named(*reversed(made.values()))
    assert "In the last hour: 1 succeeded, 1 cancelled, 1 failed; " in page
    assert set(re.findall('<rect class="(\\w+)"', page)) == {*FINISHED, "taken"}
    assert "The note may not be" in page


@pytest.mark.parametrize("state", list(State))
def test_a_job_offers_what_its_state_allows(client: FlaskClient, jobs: JobFactory, state: State) -> None:
    job_id = jobs.make(state)
    for page in (text(client.get("/")), text(client.get(f"/ui/jobs/{job_id}"))):
        assert (f"/ui/jobs/{job_id}/cancel" in page) == (state in LIVE)
        assert (f"/ui/jobs/{job_id}/retry" in page) == (state in RETRYABLE)


def test_jobs_are_filtered_searched_and_sorted(client: FlaskClient, jobs: JobFactory) -> None:
    note, many = jobs.enqueue(WriteNote(text="groucho")), jobs.make(State.FAILED, WriteMany(count=3))
    assert shown(client, "state=failed&text=&name=&sort=-created_at") == named(many)
    assert shown(client, "text=groucho") == named(note)
    assert shown(client, "name=toy.write_many") == named(many)
    assert shown(client, "sort=created_at") == named(note, many)
    assert shown(client, "created_after=2020-01-01T00:00") == named(many, note)
    assert shown(client, "created_after=2020-01-01T00:00:00%2B02:00") == named(many, note)
    assert shown(client, "created_before=2020-01-01T00:00") == []
    assert 'value="2020-01-01T00:00"' in text(client.get("/?created_before=2020-01-01T00:00"))
    assert "No jobs match" in text(client.get("/?text=nobody"))


@on_sqlite
def test_pages_of_the_list_keep_the_filter(client: FlaskClient, jobs: JobFactory) -> None:
    added = named(*(jobs.enqueue(WriteNote(text=f"chico {number}")) for number in range(3)))
    page = client.get("/?text=chico&limit=2").get_data(as_text=True)
    (following,) = re.findall(r'rel="next" href="/\?([^"]+)"', page)
    query = following.replace("&amp;", "&")
    assert shown(client, query) == added[:1]
    assert 'href="/?text=chico&amp;limit=2"' in client.get(f"/?{query}").get_data(as_text=True)


@on_sqlite
@pytest.mark.parametrize("query, status", [("state=lost", 422), ("cursor=invented", 400), ("colour=red", 422)])
def test_an_invalid_query_is_refused_on_a_page(client: FlaskClient, query: str, status: int) -> None:
    assert 'role="alert"' in text(client.get(f"/?{query}"), status)


def test_a_job_is_shown_with_its_history(client: FlaskClient, composition: Composition, jobs: JobFactory) -> None:
    job_id = jobs.make(State.FAILED, WriteNote(text="harpo"))
    with composition.extensions.units.open() as unit:
        line = JobEvent(job_id=job_id, at=unit.policy.clock(), attempt=1, kind="log", text="[info] honk")
        unit.session.add(line)
    page = text(client.get(f"/ui/jobs/{job_id}"))
    for part in ("failed", "The note may not be", "harpo", "1 of 2", "[info] honk", "Attempt 1", "<b>failed</b>"):
        assert part in page


@on_sqlite
def test_progress_is_a_bar_with_a_label(client: FlaskClient, jobs: JobFactory) -> None:
    with_total, without_total = (
        jobs.claim(jobs.enqueue(WriteNote(text="a"))),
        jobs.claim(jobs.enqueue(WriteNote(text="b"))),
    )
    jobs.progress(with_total, 1, 4, "writing")
    jobs.progress(without_total, 7)
    page = text(client.get("/"))
    assert '<progress aria-label="Progress of toy.write_note" value="1" max="4"></progress>' in page
    assert '<progress aria-label="Progress of toy.write_note"></progress>' in page
    assert "1/4 · writing" in page


@on_sqlite
def test_a_result_and_a_requested_cancellation_are_shown(client: FlaskClient, jobs: JobFactory) -> None:
    done, running = jobs.make(State.SUCCEEDED), jobs.make(State.RUNNING)
    jobs.cancel(running)
    assert "&#34;notes&#34;: 1" in text(client.get(f"/ui/jobs/{done}"))
    page = text(client.get(f"/ui/jobs/{running}"))
    assert "cancellation requested" in page
    assert f"/ui/jobs/{running}/cancel" not in page


def test_hostile_text_stays_text(client: FlaskClient, composition: Composition, jobs: JobFactory) -> None:
    job_id = jobs.enqueue(WriteNote(text=HOSTILE))
    claim = jobs.claim(job_id, f"{HOSTILE}/1-2")
    jobs.progress(claim, 1, 2, HOSTILE)
    with composition.extensions.units.open() as unit:
        unit.session.add(JobEvent(job_id=job_id, at=unit.policy.clock(), attempt=1, kind="log", text=HOSTILE))
    for path in ("/", f"/?text={HOSTILE}", f"/ui/jobs/{job_id}"):
        page = text(client.get(path))
        assert "<script>alert" not in page
        assert ESCAPED in page


@on_sqlite
@pytest.mark.parametrize("path", [*PAGES, f"/ui/jobs/{UUID(int=7)}"])
def test_every_page_has_the_security_headers(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert (answer.headers["X-Content-Type-Options"], answer.headers["Cache-Control"]) == ("nosniff", "no-store")
    page = text(answer, answer.status_code)
    assert not re.search(r" style=| on\w+=|<style|<script(?! defer src=\"/ui/static/)|https?://", page)


@on_sqlite
@pytest.mark.parametrize("name, media_type", [("console.css", "text/css"), ("console.js", "text/javascript")])
def test_the_static_files_are_served(client: FlaskClient, name: str, media_type: str) -> None:
    answer = client.get(f"/ui/static/{name}")
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert "http" not in answer.get_data(as_text=True).replace("http://www.w3.org/2000/svg", "")
    answer.close()


def test_schedules_are_paused_resumed_and_run(client: FlaskClient, composition: Composition) -> None:
    beat = build_ticker(composition)
    beat.tick()
    assert "toy.sweep" in text(client.get("/ui/schedules"))
    assert client.post("/ui/schedules/toy.sweep/pause").headers["Location"] == "/ui/schedules"
    assert "paused" in text(client.get("/ui/schedules"))
    client.post("/ui/schedules/toy.sweep/resume")
    client.post("/ui/schedules/toy.sweep/run")
    beat.tick()
    assert "its job" in text(client.get("/ui/schedules"))


def test_workers_are_shown_with_what_they_run(client: FlaskClient, composition: Composition, jobs: JobFactory) -> None:
    build_maintenance(composition).turn()
    (worker,) = client.get("/workers").get_json()["items"]
    job_id = jobs.enqueue()
    jobs.progress(jobs.claim(job_id, f"{worker['name']}-17"), 3, 4, "writing")
    page = text(client.get("/ui/workers"))
    for part in ("alive", "1 of 2", f"/ui/jobs/{job_id}", "3/4 writing"):
        assert part in page


@on_sqlite
@pytest.mark.parametrize("path", PAGES)
def test_a_page_without_a_database_is_a_503(cut_off: FlaskClient, path: str) -> None:
    answer = cut_off.get(path)
    assert "The database is unavailable" in text(answer, 503)
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize("path", ["/", "/ui/workers"])
def test_jobs_in_a_queue_without_a_worker_are_shown(
    client: FlaskClient, composition: Composition, jobs: JobFactory, path: str
) -> None:
    assert "No worker serves" not in text(client.get(path))
    jobs.enqueue()
    assert "No worker serves the queue default, in which 1 job is waiting" in text(client.get(path))
    build_maintenance(composition).turn()
    assert "No worker serves" not in text(client.get(path))
