"""Whatever a handler does, its job gets a state, and clients can read it."""

import json
from contextlib import nullcontext

import pytest
from hypothesis import HealthCheck, given, settings

from core.jobs.states import State
from core.jobs.views import JobView
from core.testing import JobFactory
from tests.core.events import logged
from tests.core.toy.messages import WriteNote
from tests.core.worker.behaviours import BEHAVIOURS, Behaviour

NOTE = WriteNote(text="hello")


def refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def test_whatever_a_handler_raises_returns_and_logs_its_job_gets_a_state_that_clients_can_read(
    jobs: JobFactory,
) -> None:
    effort = settings(
        max_examples=150 if jobs.units.database.is_sqlite else 50,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )

    @effort
    @given(BEHAVIOURS)
    def try_one(behaviour: Behaviour) -> None:
        jobs.tasks["toy.write_note"] = behaviour
        job_id, error = jobs.enqueue(NOTE), behaviour.error
        is_process_ended = error is not None and not isinstance(error, Exception)
        with pytest.raises(type(error)) if error and is_process_ended else nullcontext():
            jobs.run(job_id)
        job = jobs.read(job_id)
        assert job.state in (State.SUCCEEDED, State.FAILED, State.WAITING, State.CANCELLED)
        json.loads(JobView.model_validate(job).model_dump_json(), parse_constant=refuse_constant)
        assert (job.finished_at is None) == (job.state == State.WAITING)
        assert jobs.events(job_id) or job.state == State.SUCCEEDED

    with logged(jobs.units.settings):
        try_one()
