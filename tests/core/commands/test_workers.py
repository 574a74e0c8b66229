"""`manage.py workers`: which workers are alive, what each runs, and which queues none of them serves."""

import json
from dataclasses import replace

from core.composition import Composition, Project, compose
from core.factory import build_maintenance
from core.testing import JobFactory
from tests.core.commands.conftest import Manage
from tests.core.marks import on_sqlite
from tests.core.toy.messages import WriteNote


def test_workers_are_listed_with_what_they_run(manage: Manage, composition: Composition, jobs: JobFactory) -> None:
    assert manage("workers").stdout.startswith("no workers")
    build_maintenance(composition).turn()
    name = json.loads(manage("workers", "--json").stdout)["items"][0]["name"]
    first, second = jobs.enqueue(WriteNote(text="first")), jobs.enqueue(WriteNote(text="second"))
    for job_id in (first, second):
        jobs.claim(job_id, f"{name}-17")
    _, row, more = manage("workers").stdout.splitlines()
    assert (row.split()[:2], "2/2" in row) == ([name, "yes"], True)
    assert (str(first) in row, str(second) in more) == (True, True)


@on_sqlite
def test_workers_are_listed_with_the_queues_that_none_of_them_serves(manage: Manage, project: Project) -> None:
    settings = project.settings.model_copy(update={"worker_queues": ("mails",)})
    composition = compose(replace(project, settings=settings))
    build_maintenance(composition).turn()
    composition.extensions.close()
    assert manage("workers").stdout.splitlines()[-1] == "queues that no worker serves: climbs, default"
