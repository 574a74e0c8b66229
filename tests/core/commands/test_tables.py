"""Jobs and workers as text for a terminal."""

from datetime import UTC, datetime, timedelta

import pytest

from core.commands.tables import bar, describe_progress, table
from core.console.wording import age, duration
from core.jobs.views import Progress
from core.observability.logging import printable


@pytest.mark.parametrize(
    "seconds, text", [(-3, "0 s"), (12, "12 s"), (300, "5 min"), (108_000, "1 d"), (10_800, "3 h")]
)
def test_a_length_of_time_has_one_unit_the_largest_that_fits(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_an_age_is_counted_from_now() -> None:
    assert age(datetime.now(UTC) - timedelta(days=1, hours=12)) == "1 d"


def test_an_event_that_has_not_happened_has_no_age() -> None:
    assert age(None) == "-"


@pytest.mark.parametrize(
    "progress, drawn, text",
    [
        (None, "", "-"),
        (Progress(done=3, total=None, note=""), "", "3"),
        (Progress(done=0, total=0, note="nothing"), "", "0/0 nothing"),
        (Progress(done=1, total=4, note=""), "[#####...............]", "1/4"),
        (Progress(done=9, total=4, note="more"), "[####################]", "9/4 more"),
    ],
)
def test_progress_is_a_bar_and_a_text(progress: Progress | None, drawn: str, text: str) -> None:
    assert (bar(progress), describe_progress(progress)) == (drawn, text)


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert table(("A", "B"), [("long", "x"), ("", "y")]) == "A     B\nlong  x\n      y"


def test_text_from_clients_cannot_steer_the_terminal() -> None:
    assert printable("a\x1b[31m\n\u202eb") == r"a\x1b[31m\n\u202eb"
