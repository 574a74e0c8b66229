"""The last hour as two bar charts: how many jobs ended in each minute, and how long they took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.console.wording import precise_duration
from core.jobs.states import State
from core.jobs.statistics import Minute

MINUTES = 60
WIDTH, HEIGHT = 10, 100
STACK = (State.SUCCEEDED, State.CANCELLED, State.FAILED)


@dataclass(frozen=True)
class Bar:
    """A rectangle: its corner and height in the units of the drawing, its CSS class and its tooltip."""

    x: int
    y: float
    height: float
    css_class: str
    title: str


@dataclass(frozen=True)
class Chart:
    """Both charts, the value of the highest bar of each, and a sentence that sums them up."""

    throughput: Sequence[Bar]
    most: int
    latency: Sequence[Bar]
    longest: str
    summary: str


def draw(minutes: Sequence[Minute], now: datetime) -> Chart:
    """The chart of the hour before `now`."""
    first = int(now.timestamp()) // 60 - MINUTES + 1
    columns = [[minute for minute in minutes if minute.number == first + index] for index in range(MINUTES)]
    most = max((sum(minute.jobs for minute in column) for column in columns), default=0)
    averages = [_average(column) for column in columns]
    longest = max((seconds for seconds in averages if seconds is not None), default=0.0)
    return Chart(
        throughput=[bar for index, column in enumerate(columns) for bar in _stacked(index, column, most)],
        most=most,
        latency=[
            _bar(index, 0, seconds / (longest or 1), "taken", f"{_clock(first + index)}: {precise_duration(seconds)}")
            for index, seconds in enumerate(averages)
            if seconds is not None
        ],
        longest=precise_duration(longest),
        summary=_summary([minute for column in columns for minute in column]),
    )


def _stacked(index: int, column: Sequence[Minute], most: int) -> list[Bar]:
    bars, below = [], 0.0
    for state in STACK:
        for minute in (minute for minute in column if minute.state == state):
            share = minute.jobs / most
            bars.append(_bar(index, below, share, state, f"{_clock(minute.number)}: {minute.jobs} {state}"))
            below += share
    return bars


def _bar(index: int, below: float, share: float, css_class: str, title: str) -> Bar:
    height = share * HEIGHT
    return Bar(index * WIDTH, round(HEIGHT - below * HEIGHT - height, 2), round(height, 2), css_class, title)


def _average(minutes: Sequence[Minute]) -> float | None:
    timed = [(minute.seconds, minute.jobs) for minute in minutes if minute.seconds is not None]
    jobs = sum(count for _, count in timed)
    return sum(seconds * count for seconds, count in timed) / jobs if jobs else None


def _summary(minutes: Sequence[Minute]) -> str:
    ended = {state: sum(minute.jobs for minute in minutes if minute.state == state) for state in STACK}
    average = _average(minutes)
    taken = "" if average is None else f"; {precise_duration(average)} on average from creation to end"
    states = ", ".join(f"{jobs} {state}" for state, jobs in ended.items() if jobs)
    return f"In the last hour: {states}{taken}." if states else "No job ended in the last hour."


def _clock(number: int) -> str:
    return f"{datetime.fromtimestamp(number * 60, UTC):%H:%M}"
