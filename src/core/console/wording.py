"""How moments, spans and documents read on the page and in the terminal."""

import json
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

MINUTE = 60
BRIEF = 100
UNITS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("min", timedelta(minutes=1)))


def age(moment: datetime | None) -> str:
    """How long ago a moment was, in its largest unit."""
    return "-" if moment is None else span((datetime.now(UTC) - moment).total_seconds())


def until(moment: datetime) -> str:
    """How long it is until a moment."""
    return span((moment - datetime.now(UTC)).total_seconds())


def span(seconds: float) -> str:
    """A length of time, in its largest unit."""
    passed = timedelta(seconds=max(0.0, seconds))
    for unit, length in UNITS:
        if passed >= length:
            return f"{passed // length} {unit}"
    return f"{passed.total_seconds():.0f} s"


def precisely(seconds: float) -> str:
    """A length of time of a job: thousandths of short ones, no fractions of long ones."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < MINUTE else span(seconds)


def on_the_clock(moment: datetime) -> str:
    """A moment as people write it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def indented(document: dict[str, JsonValue]) -> str:
    """A document, for reading."""
    return json.dumps(document, indent=2, ensure_ascii=False)


def brief(document: dict[str, JsonValue]) -> str:
    """The beginning of a document, on one line."""
    text = json.dumps(document, ensure_ascii=False)
    return text if len(text) <= BRIEF else f"{text[: BRIEF - 1]}…"
