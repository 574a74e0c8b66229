"""The last hour as bars."""

from datetime import UTC, datetime

import pytest

from core.console.chart import Bar, draw
from core.console.wording import age, duration, precise_duration, preview, until
from core.jobs.states import State
from core.jobs.statistics import Minute

NOON = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
NOW = int(NOON.timestamp()) // 60


def test_the_minutes_are_drawn_from_left_to_right() -> None:
    chart = draw([Minute(NOW, State.SUCCEEDED, 2, 4.0), Minute(NOW - 59, State.SUCCEEDED, 1, 2.0)], NOON)
    assert chart.throughput == [
        Bar(0, 50.0, 50.0, "succeeded", "11:01: 1 succeeded"),
        Bar(590, 0.0, 100.0, "succeeded", "12:00: 2 succeeded"),
    ]
    assert (chart.most, chart.longest) == (2, "4.0 s")
    assert chart.latency[-1] == Bar(590, 0.0, 100.0, "taken", "12:00: 4.0 s")


def test_ends_of_one_minute_are_stacked_and_averaged() -> None:
    column = [
        Minute(NOW, State.FAILED, 1, 9.0),
        Minute(NOW, State.SUCCEEDED, 3, 1.0),
        Minute(NOW, State.CANCELLED, 1, None),
    ]
    chart = draw(column, NOON)
    assert [(bar.css_class, bar.y, bar.height) for bar in chart.throughput] == [
        ("succeeded", 40.0, 60.0),
        ("cancelled", 20.0, 20.0),
        ("failed", 0.0, 20.0),
    ]
    assert chart.summary == (
        "In the last hour: 3 succeeded, 1 cancelled, 1 failed; 3.0 s on average from creation to end."
    )


def test_jobs_that_took_less_than_a_millisecond_have_a_bar_without_height() -> None:
    chart = draw([Minute(NOW, State.SUCCEEDED, 1, 0.0)], NOON)
    assert [(bar.css_class, bar.height) for bar in chart.latency] == [("taken", 0.0)]


def test_jobs_older_than_an_hour_are_left_out() -> None:
    chart = draw([Minute(NOW - 60, State.SUCCEEDED, 1, 1.0)], NOON)
    assert (chart.throughput, chart.latency, chart.summary) == ([], [], "No job ended in the last hour.")


@pytest.mark.parametrize("seconds, text", [(0.0042, "4 ms"), (12.34, "12.3 s"), (75, "1 min"), (100_000, "1 d")])
def test_durations_of_jobs_are_precise(seconds: float, text: str) -> None:
    assert precise_duration(seconds) == text


def test_times_are_relative_to_now() -> None:
    assert (age(None), duration(-5), until(datetime.now(UTC))) == ("-", "0 s", "0 s")


def test_a_long_document_is_cut() -> None:
    assert preview({"a": "ä"}) == '{"a": "ä"}'
    assert len(preview({"a": "x" * 1000})) == 100
