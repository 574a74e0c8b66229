"""`manage.py workers`: the workers with their jobs, and the queues that none of them serves."""

import json
from datetime import timedelta
from typing import ClassVar

from pydantic import JsonValue

from core.composition import Composition
from core.factory import build_maintenance
from core.jobs.messages import Message
from core.jobs.models import Worker
from core.jobs.states import State
from core.testing import JobFactory
from tests.core.commands.conftest import Manage
from tests.core.marks import on_sqlite
from tests.core.toy.messages import WriteNote


class Mail(Message):
    """Send a mail."""

    wire_name: ClassVar[str] = "toy.mail"
    queue: ClassVar[str] = "mails"


def report(manage: Manage) -> dict[str, JsonValue]:
    """The output with --json."""
    result = manage("workers", "--json")
    assert result.exit_code == 0, result.output
    document: dict[str, JsonValue] = json.loads(result.stdout)
    return document


def test_workers_are_listed_with_what_they_run(manage: Manage, composition: Composition, jobs: JobFactory) -> None:
    assert manage("workers").stdout.startswith("no workers")
    build_maintenance(composition).turn()
    name = str(json.loads(json.dumps(report(manage)["items"]))[0]["name"])
    first, second = jobs.enqueue(WriteNote(text="first")), jobs.enqueue(WriteNote(text="second"))
    for job_id in (first, second):
        jobs.claim(job_id, f"{name}-17")
    _, row, more = manage("workers").stdout.splitlines()
    assert (row.split()[:2], "2/2" in row) == ([name, "yes"], True)
    assert (str(first) in row, str(second) in more) == (True, True)


def test_a_queue_with_waiting_jobs_and_without_a_worker_is_named(
    manage: Manage, composition: Composition, jobs: JobFactory
) -> None:
    build_maintenance(composition).turn()
    jobs.make(State.WAITING, Mail()), jobs.make(State.QUEUED, Mail()), jobs.enqueue()
    sentence = "No worker serves the queue mails, in which 2 jobs are waiting; to start one: "
    assert manage("workers").stdout.splitlines()[2:] == [f"{sentence}WORKER_QUEUES=mails manage.py run worker"]
    assert report(manage)["unserved"] == [{"name": "mails", "jobs": 2}]


@on_sqlite
def test_a_queue_whose_worker_was_lost_is_named_and_one_without_waiting_jobs_is_not(
    manage: Manage, composition: Composition, jobs: JobFactory
) -> None:
    build_maintenance(composition).turn()
    jobs.make(State.SUCCEEDED, Mail()), jobs.make(State.RUNNING, Mail()), jobs.enqueue()
    assert report(manage)["unserved"] == []
    with composition.extensions.database.transaction() as session:
        worker = session.query(Worker).one()
        worker.seen_at -= timedelta(minutes=1)
    assert report(manage)["unserved"] == [{"name": "default", "jobs": 1}]
