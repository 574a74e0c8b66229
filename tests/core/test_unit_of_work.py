"""One unit of work: the change and the jobs that it wants are one commit, and only then do workers hear of them."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import func, select

from core.composition import Composition
from core.database.engine import Database
from core.jobs.models import Job
from core.jobs.reaper import Hint
from core.observability.logging import logged_with
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.core.marks import on_sqlite
from tests.core.toy.messages import Sweep, WriteNote
from tests.core.toy.models import Note

Heard = list[tuple[UUID, str, bool]]


def jobs(database: Database) -> int:
    with database.transaction(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Job)) or 0


def listening(composition: Composition, heard: Heard) -> UnitOfWorkFactory:
    """UnitOfWorkFactory whose workers note what they hear, and whether the job could be read at that moment."""

    def publish(hint: Hint) -> bool:
        with composition.extensions.database.transaction(read_only=True) as session:
            heard.append((hint.job_id, hint.queue, session.get(Job, hint.job_id) is not None))
        return True

    return replace(composition.extensions.units, publish=publish)


def ask_and_break(unit: UnitOfWork) -> None:
    unit.session.add(Note(text="a"))
    unit.enqueue(WriteNote(text="b"))
    raise KeyError


def test_workers_hear_of_a_job_when_it_can_be_read(composition: Composition) -> None:
    heard: Heard = []
    with listening(composition, heard).open() as unit:
        first, second = unit.enqueue(WriteNote(text="a")), unit.enqueue(Sweep())
        assert heard == []
    assert heard == [(first, "default", True), (second, "default", True)]


def test_a_unit_that_breaks_leaves_neither_change_nor_job_and_tells_nobody(composition: Composition) -> None:
    heard: Heard = []
    with pytest.raises(KeyError), listening(composition, heard).open() as unit:
        ask_and_break(unit)
    assert (heard, jobs(composition.extensions.database)) == ([], 0)


@on_sqlite
def test_a_commit_in_between_tells_of_each_job_once(composition: Composition) -> None:
    heard: Heard = []
    with listening(composition, heard).open() as unit:
        first = unit.enqueue(Sweep())
        unit.commit()
        assert [job_id for job_id, _, _ in heard] == [first]
        second = unit.enqueue(Sweep())
    assert [job_id for job_id, _, _ in heard] == [first, second]


@on_sqlite
def test_a_job_carries_the_id_of_the_request_that_wanted_it(composition: Composition) -> None:
    with logged_with(request_id="from-the-client"), composition.extensions.units.open() as unit:
        job_id = unit.enqueue(Sweep())
    with composition.extensions.database.transaction(read_only=True) as session:
        assert session.get_one(Job, job_id).request_id == "from-the-client"
