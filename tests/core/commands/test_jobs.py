"""`manage.py jobs`: text for people, JSON for scripts, and an exit status for both."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from click.testing import Result
from pydantic import JsonValue

from core.jobs.states import State
from core.testing import JobFactory, RunJobs
from core.testing.waiting import PATIENCE, wait_until
from tests.core.commands.conftest import Manage
from tests.core.marks import on_sqlite
from tests.core.toy.messages import Sweep, WriteMany, WriteNote


def documents(result: Result) -> list[dict[str, JsonValue]]:
    """Each line of the output as JSON."""
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_jobs_are_listed_as_a_table(manage: Manage, jobs: JobFactory) -> None:
    claim = jobs.claim(jobs.enqueue())
    jobs.progress(claim, 1, 4, "writing")
    header, row = manage("jobs", "list").stdout.splitlines()
    assert header.split() == ["ID", "STATE", "ATTEMPT", "AGE", "NAME", "PROGRESS"]
    assert row.split() == [str(claim.id), "running", "1/2", row.split()[3], "s", "toy.write_note", "1/4", "writing"]


def test_jobs_are_listed_as_json_page_by_page(manage: Manage, jobs: JobFactory) -> None:
    failed = [jobs.make(State.FAILED, WriteNote(text=text)) for text in ("a", "b", "c")]
    jobs.enqueue()
    command = ("jobs", "list", "--json", "--state", "failed", "--limit", "2", "--sort", "created_at")
    (first,) = documents(manage(*command))
    (second,) = documents(manage(*command, "--cursor", first["next"]))
    ids = [job["id"] for page in (first, second) for job in json.loads(json.dumps(page["items"]))]
    assert (ids, second["next"]) == ([str(job_id) for job_id in failed], None)


@on_sqlite
def test_a_list_prints_the_cursor_of_its_next_page(manage: Manage, jobs: JobFactory) -> None:
    assert manage("jobs", "list").stdout == "no jobs\n"
    jobs.enqueue(WriteNote(text="a")), jobs.enqueue(WriteNote(text="b"))
    assert "next page: --cursor " in manage("jobs", "list", "--limit", "1").stderr
    refused = manage("jobs", "list", "--cursor", "invented")
    assert (refused.exit_code, "The cursor does not belong to this list" in refused.stderr) == (1, True)


def test_a_job_is_shown_with_its_history(manage: Manage, jobs: JobFactory) -> None:
    job_id = jobs.make(State.FAILED, WriteNote(text="hello"))
    shown = manage("jobs", "show", job_id).stdout
    for part in ("failed, attempt 1 of 2", '{"text": "hello", "then": "succeed"}', "failed    The note may not be"):
        assert part in shown
    (document,) = documents(manage("jobs", "show", job_id, "--json"))
    (event,) = json.loads(json.dumps(document["history"]))
    assert (document["state"], event["kind"], event["attempt"]) == ("failed", "failed", 1)


@on_sqlite
def test_a_running_job_is_shown_with_its_progress(manage: Manage, jobs: JobFactory) -> None:
    claim = jobs.claim(jobs.enqueue())
    jobs.progress(claim, 1, 2, "half\x1b[2J")
    assert r"[##########..........] 1/2 half\x1b[2J" in manage("jobs", "show", claim.id).stdout


@on_sqlite
@pytest.mark.parametrize("command", ["show", "watch", "cancel", "retry"])
def test_an_unknown_job_is_named(manage: Manage, command: str) -> None:
    job_id = uuid4()
    refused = manage("jobs", command, job_id)
    assert (refused.exit_code, refused.stderr) == (1, f"Error: There is no job {job_id}\n")
    assert manage("jobs", command, "17").exit_code == 2


@pytest.mark.parametrize("state, status", [(State.SUCCEEDED, 0), (State.FAILED, 1), (State.CANCELLED, 3)])
def test_the_exit_status_of_watching_is_that_of_the_job(
    manage: Manage, jobs: JobFactory, state: State, status: int
) -> None:
    job_id = jobs.make(state)
    watched = manage("jobs", "watch", job_id)
    assert (watched.exit_code, f"toy.write_note  {state}" in watched.stdout) == (status, True)
    assert json.loads(manage("jobs", "watch", job_id, "--json").stdout)["state"] == state


@on_sqlite
def test_jobs_are_cancelled(manage: Manage, jobs: JobFactory) -> None:
    waiting, running = jobs.make(State.WAITING), jobs.make(State.RUNNING)
    assert manage("jobs", "cancel", waiting, running).stdout == f"{waiting}  cancelled\n{running}  cancel requested\n"
    refused = manage("jobs", "cancel", waiting)
    assert (refused.exit_code, refused.stderr) == (1, "Error: The job is cancelled and cannot be cancelled\n")
    (document,) = documents(manage("jobs", "cancel", jobs.enqueue(), "--json"))
    assert document["state"] == "cancelled"


def test_jobs_are_retried_by_name_or_by_filter(manage: Manage, jobs: JobFactory) -> None:
    one, other = jobs.make(State.FAILED), jobs.make(State.CANCELLED, Sweep())
    assert manage("jobs", "retry", one).stdout == f"{one}  queued again\n"
    assert manage("jobs", "retry", "--name", "toy.sweep").stdout == "1 jobs queued again\n"
    assert (jobs.read(one).state, jobs.read(other).state) == ("queued", "queued")
    assert documents(manage("jobs", "retry", "--all", "--json")) == [{"jobs": 0}]
    assert manage("jobs", "retry", one).exit_code == 1


@on_sqlite
@pytest.mark.parametrize("arguments", [(), (UUID(int=1), "--all"), (UUID(int=1), "--state", "failed")])
def test_a_retry_needs_either_ids_or_a_filter(manage: Manage, arguments: tuple[object, ...]) -> None:
    refused = manage("jobs", "retry", *arguments)
    assert (refused.exit_code, "Give either IDs, or one of" in refused.stderr) == (2, True)


@on_sqlite
def test_more_jobs_than_one_batch_are_retried(manage: Manage, jobs: JobFactory) -> None:
    for number in range(501):
        jobs.make(State.CANCELLED, WriteMany(count=number))
    assert documents(manage("jobs", "retry", "--state", "cancelled", "--json")) == [{"jobs": 501}]


@on_sqlite
def test_old_jobs_are_purged_after_a_confirmation(manage: Manage, jobs: JobFactory) -> None:
    jobs.make(State.SUCCEEDED), jobs.enqueue()
    assert manage("jobs", "purge", "--days", "0", stdin="n\n").exit_code == 1
    assert manage("jobs", "purge", "--yes").stdout == "0 jobs deleted\n"
    assert documents(manage("jobs", "purge", "--days", "0", "--yes", "--json")) == [{"jobs": 1}]


def test_a_message_is_enqueued(manage: Manage, jobs: JobFactory, run_jobs: RunJobs) -> None:
    (document,) = documents(manage("jobs", "enqueue", "toy.write_note", '{"text": "hello"}', "--json"))
    assert run_jobs() == 1
    assert jobs.read(UUID(str(document["id"]))).state == "succeeded"


@on_sqlite
def test_an_enqueued_job_is_watched_until_it_is_finished(manage: Manage, run_jobs: RunJobs) -> None:
    with ThreadPoolExecutor(1) as pool:
        watched = pool.submit(manage, "jobs", "enqueue", "core.purge_jobs", "--watch")
        wait_until(run_jobs, what="the job")
        assert watched.result(PATIENCE).exit_code == 0
    assert watched.result().stdout.splitlines()[-1] == "core.purge_jobs  succeeded"


@on_sqlite
def test_a_payload_is_read_from_standard_input(manage: Manage, jobs: JobFactory) -> None:
    queued = manage("jobs", "enqueue", "toy.write_many", "-", stdin='{"count": 3}').stdout
    assert jobs.read(UUID(queued.split()[0])).payload == {"count": 3, "break_after": None}


@on_sqlite
def test_the_messages_are_listed_with_their_fields(manage: Manage) -> None:
    listed = manage("jobs", "enqueue").stdout
    assert "toy.write_many {count, break_after?}  Write notes one by one, each a step of its own." in listed
    assert "core.purge_jobs {}" in listed


@on_sqlite
@pytest.mark.parametrize(
    "arguments, status, text",
    [
        (("toy.write_nite",), 2, "Did you mean toy.write_note? Known messages: core.purge_jobs, toy.write_note"),
        (("zebra",), 2, "No app of this project handles zebra. Known messages: core.purge_jobs"),
        (("toy.write_note", "{"), 1, "#: Invalid JSON"),
        (("toy.write_note",), 1, "#/text: Field required"),
        (("toy.write_note", '{"text": "a", "colour": 1}'), 1, "#/colour: Extra inputs are not permitted"),
    ],
)
def test_an_invalid_message_is_refused_with_a_reason(
    manage: Manage, arguments: tuple[str, ...], status: int, text: str
) -> None:
    refused = manage("jobs", "enqueue", *arguments)
    assert (refused.exit_code, text in refused.stderr) == (status, True), refused.stderr
