"""The ledger of the project under test."""

import pytest

from core.factory import Composition
from tests.core.console.jobs import Book


@pytest.fixture
def book(composition: Composition) -> Book:
    """Jobs for a test to look at."""
    return Book(composition)
