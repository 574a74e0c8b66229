"""The bench on which the ledger is tried."""

import pytest

from core.composition import Composition
from tests.core.jobs.bench import Bench


@pytest.fixture
def bench(composition: Composition) -> Bench:
    """A ledger on each kind of database in turn."""
    return Bench(composition)
