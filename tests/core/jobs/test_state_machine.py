"""Random interleavings of workers, reaper and clients keep the ledger's invariants."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from core.composition import Composition
from core.testing import FakeClock, JobFactory
from tests.core.jobs.machine import LedgerMachine
from tests.core.jobs.rules import RETENTION
from tests.core.toy.messages import WriteNote


def test_no_interleaving_loses_a_job_or_applies_it_twice(composition: Composition) -> None:
    policy = replace(composition.extensions.policy, lease=timedelta(seconds=6), grace=timedelta(seconds=2))
    extensions = replace(composition.extensions, policy=replace(policy, retention=RETENTION))
    jobs = JobFactory(replace(composition, extensions=extensions), WriteNote(text="hello"), FakeClock())
    effort = settings(
        max_examples=25 if jobs.units.database.is_sqlite else 8,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )

    class Machine(LedgerMachine):
        def __init__(self) -> None:
            super().__init__(jobs)

    run_state_machine_as_test(Machine, settings=effort)
