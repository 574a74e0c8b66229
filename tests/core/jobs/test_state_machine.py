"""Random interleavings of workers, reaper and clients keep the ledger's invariants."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from core.composition import Composition
from tests.core.jobs.machine import LedgerMachine


def test_no_interleaving_loses_a_job_or_applies_it_twice(composition: Composition) -> None:
    database = composition.extensions.database
    effort = settings(
        max_examples=25 if database.is_sqlite else 8,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )

    class Machine(LedgerMachine):
        def __init__(self) -> None:
            super().__init__(database)

    run_state_machine_as_test(Machine, settings=effort)
