"""A unit of work: changes and jobs are one commit, and hints are published after it."""

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

Published = list[tuple[UUID, str, bool]]


def jobs(database: Database) -> int:
    with database.transaction(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Job)) or 0


def recording(composition: Composition, hints: Published) -> UnitOfWorkFactory:
    """Units that record each hint, and whether its job could be read when it was published."""

    def publish(hint: Hint) -> bool:
        with composition.extensions.database.transaction(read_only=True) as session:
            hints.append((hint.job_id, hint.queue, session.get(Job, hint.job_id) is not None))
        return True

    return replace(composition.extensions.units, publish=publish)


def enqueue_and_raise(unit: UnitOfWork) -> None:
    unit.session.add(Note(text="a"))
    unit.enqueue(WriteNote(text="b"))
    raise KeyError


def test_a_hint_is_published_when_its_job_can_be_read(composition: Composition) -> None:
    hints: Published = []
    with recording(composition, hints).open() as unit:
        first, second = unit.enqueue(WriteNote(text="a")), unit.enqueue(Sweep())
        assert hints == []
    assert hints == [(first, "default", True), (second, "default", True)]


def test_a_unit_that_raises_leaves_neither_change_nor_job_nor_hint(composition: Composition) -> None:
    hints: Published = []
    with pytest.raises(KeyError), recording(composition, hints).open() as unit:
        enqueue_and_raise(unit)
    assert (hints, jobs(composition.extensions.database)) == ([], 0)


@on_sqlite
def test_a_commit_in_between_publishes_each_hint_once(composition: Composition) -> None:
    hints: Published = []
    with recording(composition, hints).open() as unit:
        first = unit.enqueue(Sweep())
        unit.commit()
        assert [job_id for job_id, _, _ in hints] == [first]
        second = unit.enqueue(Sweep())
    assert [job_id for job_id, _, _ in hints] == [first, second]


@on_sqlite
def test_a_job_has_the_id_of_its_request(composition: Composition) -> None:
    with logged_with(request_id="from-the-client"), composition.extensions.units.open() as unit:
        job_id = unit.enqueue(Sweep())
    with composition.extensions.database.transaction(read_only=True) as session:
        assert session.get_one(Job, job_id).request_id == "from-the-client"
