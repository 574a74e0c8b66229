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
from tests.core.commands.conftest import Manage
from tests.core.console.jobs import Book
from tests.core.marks import on_sqlite


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


def test_workers_are_listed_with_what_they_run(manage: Manage, composition: Composition, book: Book) -> None:
    assert manage("workers").stdout.startswith("no workers")
    build_maintenance(composition).turn()
    name = str(json.loads(json.dumps(report(manage)["items"]))[0]["name"])
    first, second = book.add("first"), book.add("second")
    for job_id in (first, second):
        book.start(job_id, f"{name}-17")
    _, row, more = manage("workers").stdout.splitlines()
    assert (row.split()[:2], "2/2" in row) == ([name, "yes"], True)
    assert (str(first) in row, str(second) in more) == (True, True)


def test_a_queue_with_waiting_jobs_and_without_a_worker_is_named(
    manage: Manage, composition: Composition, book: Book
) -> None:
    build_maintenance(composition).turn()
    book.job(State.WAITING, message=Mail()), book.job(State.QUEUED, message=Mail()), book.add()
    sentence = "No worker serves the queue mails, in which 2 jobs are waiting; to start one: "
    assert manage("workers").stdout.splitlines()[2:] == [f"{sentence}WORKER_QUEUES=mails manage.py run worker"]
    assert report(manage)["unserved"] == [{"name": "mails", "jobs": 2}]


@on_sqlite
def test_a_queue_whose_worker_was_lost_is_named_and_one_without_waiting_jobs_is_not(
    manage: Manage, composition: Composition, book: Book
) -> None:
    build_maintenance(composition).turn()
    book.job(State.SUCCEEDED, message=Mail()), book.job(State.RUNNING, message=Mail()), book.add()
    assert report(manage)["unserved"] == []
    with composition.extensions.database.transaction() as session:
        worker = session.query(Worker).one()
        worker.seen_at -= timedelta(minutes=1)
    assert report(manage)["unserved"] == [{"name": "default", "jobs": 1}]
