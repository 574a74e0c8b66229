"""Moments as clients send them: with their zone, as text, and far enough from the ends of the calendar."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime(9000, 1, 1, tzinfo=UTC)


def _written(value: object) -> object:
    # A number would be taken for seconds or for milliseconds, whichever fits.
    if isinstance(value, str) and value.strip().lstrip("+-").replace(".", "", 1).isdigit():
        raise ValueError("write it as 2026-11-22T12:00:00Z")
    return value


def _within(value: datetime) -> datetime:
    if not FIRST <= value <= LAST:
        raise ValueError(f"must lie between the years {FIRST.year} and {LAST.year}")
    return value


Timestamp = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_within)]
