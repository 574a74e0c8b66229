"""The bench on which the ledger is tried."""

import pytest

from core.factory import Composition
from tests.core.jobs.bench import Bench


@pytest.fixture
def bench(composition: Composition) -> Bench:
    """A ledger on each kind of database in turn."""
    return Bench(composition)
