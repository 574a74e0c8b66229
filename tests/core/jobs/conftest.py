"""Jobs under a clock that the test moves."""

import pytest

from core.composition import Composition
from core.testing import FakeClock, JobFactory
from tests.core.toy.messages import WriteNote


@pytest.fixture
def jobs(composition: Composition) -> JobFactory:
    """Jobs on each kind of database in turn."""
    return JobFactory(composition, WriteNote(text="hello"), FakeClock())
