"""Enqueuing: once per key, and below a limit."""

from dataclasses import replace

import pytest

from core.errors import Conflict, Invalid, Unavailable
from core.jobs.enqueue import Enqueuer, Origin
from core.testing import JobFactory
from tests.core.toy.messages import WriteNote

NOTE = WriteNote(text="hello")
CLIENT = Origin(is_of_client=True)


def test_a_second_live_job_with_the_same_unique_key_is_refused_with_a_link(jobs: JobFactory) -> None:
    first = jobs.enqueue(NOTE, unique_key="stock")
    with pytest.raises(Conflict) as refused:
        jobs.enqueue(NOTE, unique_key="stock")
    assert refused.value.link == f"/jobs/{first}"


def test_the_unique_key_is_free_again_when_the_job_has_ended(jobs: JobFactory) -> None:
    jobs.run(jobs.enqueue(NOTE, unique_key="stock"))
    assert jobs.read(jobs.enqueue(NOTE, unique_key="stock")).state == "queued"


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_a_message_that_not_every_database_can_store_is_invalid(jobs: JobFactory, text: str) -> None:
    with pytest.raises(Invalid, match="cannot contain zero bytes"):
        jobs.enqueue(WriteNote.model_construct(text=text, then="succeed"))


def test_above_the_limit_a_new_job_is_unavailable(jobs: JobFactory) -> None:
    enqueuer = Enqueuer(replace(jobs.units.policy, max_live=2))
    with jobs.units.database.transaction() as session:
        for _ in range(3):
            enqueuer.enqueue(session, NOTE, CLIENT)
            jobs.clock.forward(1)
        with pytest.raises(Unavailable, match="More than 2 jobs are unfinished"):
            enqueuer.enqueue(session, NOTE, CLIENT)


def test_one_count_serves_a_second_and_as_many_jobs_as_it_found_room_for(jobs: JobFactory) -> None:
    enqueuer = Enqueuer(replace(jobs.units.policy, max_live=1))
    with jobs.units.database.transaction() as session:
        for _ in range(2):
            enqueuer.enqueue(session, NOTE, CLIENT)
        with pytest.raises(Unavailable):
            enqueuer.enqueue(session, NOTE, CLIENT)


def test_a_job_may_enqueue_others_above_the_limit(jobs: JobFactory) -> None:
    enqueuer = Enqueuer(replace(jobs.units.policy, max_live=1))
    with jobs.units.database.transaction() as session:
        made = {enqueuer.enqueue(session, NOTE, Origin()) for _ in range(5)}
    assert len(made) == 5
