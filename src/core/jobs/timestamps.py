"""Times as clients send them: as text, with a zone, and far enough from the ends of the calendar."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime(9000, 1, 1, tzinfo=UTC)


def _require_text(value: object) -> object:
    # Pydantic would read a number as seconds or as milliseconds, depending on its size.
    if isinstance(value, str) and value.strip().lstrip("+-").replace(".", "", 1).isdigit():
        raise ValueError("write it as 2026-11-22T12:00:00Z")
    return value


def _require_range(value: datetime) -> datetime:
    if not FIRST <= value <= LAST:
        raise ValueError(f"must lie between the years {FIRST.year} and {LAST.year}")
    return value


Timestamp = Annotated[AwareDatetime, BeforeValidator(_require_text), AfterValidator(_require_range)]
