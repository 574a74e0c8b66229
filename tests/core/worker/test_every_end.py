"""Whatever a handler does, its job gets a state, and clients can read it."""

import json
from contextlib import nullcontext

import pytest
from hypothesis import HealthCheck, given, settings

from core.jobs.states import State
from core.jobs.views import JobView
from core.testing import JobFactory
from tests.core.events import logged
from tests.core.worker.behaviours import BEHAVIOURS, Behaviour

ENDS = (State.SUCCEEDED, State.FAILED, State.WAITING, State.CANCELLED)


def refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def assert_end(jobs: JobFactory, behaviour: Behaviour) -> None:
    """Run a job whose handler behaves so; it has ended or waits for its retry, and what clients get is JSON."""
    jobs.tasks["toy.write_note"] = behaviour
    job_id, error = jobs.enqueue(), behaviour.error
    is_process_ended = error is not None and not isinstance(error, Exception)
    with pytest.raises(type(error)) if error and is_process_ended else nullcontext():
        jobs.run(job_id)
    job = jobs.read(job_id)
    assert job.state in ENDS
    assert (job.finished_at is None) == (job.state == State.WAITING)
    assert jobs.events(job_id) or job.state == State.SUCCEEDED
    json.loads(JobView.model_validate(job).model_dump_json(), parse_constant=refuse_constant)


def test_whatever_a_handler_raises_returns_and_logs_its_job_ends(jobs: JobFactory) -> None:
    examples = 150 if jobs.units.database.is_sqlite else 50

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(BEHAVIOURS)
    def try_one(behaviour: Behaviour) -> None:
        assert_end(jobs, behaviour)

    with logged(jobs.units.settings):
        try_one()
