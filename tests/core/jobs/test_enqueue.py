"""Taking jobs in: once per key, and not more than can be kept."""

from dataclasses import replace

import pytest

from core.errors import Conflict, Unavailable
from core.jobs.enqueue import Enqueuer, Origin
from tests.core.jobs.bench import Bench
from tests.core.toy.messages import WriteNote

NOTE = WriteNote(text="hello")
CLIENT = Origin(is_of_client=True)


def test_a_second_live_job_with_the_same_unique_key_is_refused_with_a_link(bench: Bench) -> None:
    first = bench.enqueue(NOTE, unique_key="stock")
    with pytest.raises(Conflict) as refused:
        bench.enqueue(NOTE, unique_key="stock")
    assert refused.value.link == f"/jobs/{first}"


def test_the_unique_key_is_free_again_when_the_job_has_ended(bench: Bench) -> None:
    bench.run(bench.enqueue(NOTE, unique_key="stock"))
    assert bench.read(bench.enqueue(NOTE, unique_key="stock")).state == "queued"


def test_above_the_limit_a_new_job_is_refused_for_a_while(bench: Bench) -> None:
    enqueuer = Enqueuer(replace(bench.units.policy, max_live=2))
    with bench.units.database.transaction() as session:
        for _ in range(3):
            enqueuer.enqueue(session, NOTE, CLIENT)
            bench.clock.forward(1)
        with pytest.raises(Unavailable, match="More than 2 jobs wait already"):
            enqueuer.enqueue(session, NOTE, CLIENT)


def test_one_count_serves_a_second_and_lets_in_no_more_than_it_found_room_for(bench: Bench) -> None:
    enqueuer = Enqueuer(replace(bench.units.policy, max_live=1))
    with bench.units.database.transaction() as session:
        for _ in range(2):
            enqueuer.enqueue(session, NOTE, CLIENT)
        with pytest.raises(Unavailable):
            enqueuer.enqueue(session, NOTE, CLIENT)


def test_a_job_that_was_accepted_may_ask_for_others_above_the_limit(bench: Bench) -> None:
    enqueuer = Enqueuer(replace(bench.units.policy, max_live=1))
    with bench.units.database.transaction() as session:
        made = {enqueuer.enqueue(session, NOTE, Origin()) for _ in range(5)}
    assert len(made) == 5
