"""Times as clients send them."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from core.jobs.timestamps import Timestamp

TIMESTAMP: TypeAdapter[datetime] = TypeAdapter(Timestamp)


def test_a_time_with_a_zone_is_accepted() -> None:
    assert TIMESTAMP.validate_python("2026-11-22T12:00:00+02:00") == datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["1969-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_times_at_the_ends_of_the_calendar_are_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="must lie between the years 1970 and 9000"):
        TIMESTAMP.validate_python(text)


@pytest.mark.parametrize("text", ["1763812800", "-1", "1.5", "yesterday", "2026-11-22", "2026-11-22T12:00:00"])
def test_numbers_and_times_without_a_zone_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TIMESTAMP.validate_python(text)
