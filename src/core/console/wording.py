"""Times, durations and documents as text, for the page and the terminal."""

import json
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

MINUTE = 60
BRIEF = 100
UNITS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("min", timedelta(minutes=1)))


def age(moment: datetime | None) -> str:
    """The time since a moment, in its largest unit; `-` for None."""
    return "-" if moment is None else duration((datetime.now(UTC) - moment).total_seconds())


def until(moment: datetime) -> str:
    """The time until a moment, in its largest unit."""
    return duration((moment - datetime.now(UTC)).total_seconds())


def duration(seconds: float) -> str:
    """A duration in its largest unit."""
    passed = timedelta(seconds=max(0.0, seconds))
    for unit, length in UNITS:
        if passed >= length:
            return f"{passed // length} {unit}"
    return f"{passed.total_seconds():.0f} s"


def precise_duration(seconds: float) -> str:
    """A job's duration: in milliseconds below a second, with a fraction below a minute."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < MINUTE else duration(seconds)


def utc_time(moment: datetime) -> str:
    """A moment as date and time in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def indented_json(document: dict[str, JsonValue]) -> str:
    """A document as indented_json JSON."""
    return json.dumps(document, indent=2, ensure_ascii=False)


def preview(document: dict[str, JsonValue]) -> str:
    """The first 100 characters of a document as JSON, on one line."""
    text = json.dumps(document, ensure_ascii=False)
    return text if len(text) <= BRIEF else f"{text[: BRIEF - 1]}…"
