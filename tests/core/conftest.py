"""The project under test in core's tests: the toy app."""

import pytest

from core.app import AnyApp
from tests.core.toy import app


@pytest.fixture
def apps() -> tuple[AnyApp, ...]:
    """The toy, alone."""
    return (app,)
