"""The last hour as two rows of bars: how many jobs ended in each minute, and how long they took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.console.wording import precisely
from core.jobs.states import State
from core.jobs.statistics import Minute

MINUTES = 60
WIDTH, HEIGHT = 10, 100
STACK = (State.SUCCEEDED, State.CANCELLED, State.FAILED)


@dataclass(frozen=True)
class Bar:
    """A rectangle: its corner and size in the units of the drawing, and what it stands for."""

    x: int
    y: float
    height: float
    kind: str
    title: str


@dataclass(frozen=True)
class Chart:
    """Both rows, the value at the top of each, and both in a sentence."""

    throughput: Sequence[Bar]
    most: int
    latency: Sequence[Bar]
    longest: str
    summary: str


def draw(minutes: Sequence[Minute], now: datetime) -> Chart:
    """The chart of the hour before a moment."""
    first = int(now.timestamp()) // 60 - MINUTES + 1
    columns = [[minute for minute in minutes if minute.number == first + place] for place in range(MINUTES)]
    most = max((sum(minute.jobs for minute in column) for column in columns), default=0)
    averages = [_average(column) for column in columns]
    longest = max((seconds for seconds in averages if seconds is not None), default=0.0)
    return Chart(
        throughput=[bar for place, column in enumerate(columns) for bar in _stacked(place, column, most)],
        most=most,
        latency=[
            _bar(place, 0, seconds / longest, "taken", f"{_clock(first + place)}: {precisely(seconds)} on average")
            for place, seconds in enumerate(averages)
            if seconds
        ],
        longest=precisely(longest),
        summary=_summary([minute for column in columns for minute in column]),
    )


def _stacked(place: int, column: Sequence[Minute], most: int) -> list[Bar]:
    bars, below = [], 0.0
    for state in STACK:
        for minute in (minute for minute in column if minute.state == state):
            share = minute.jobs / most
            bars.append(_bar(place, below, share, state, f"{_clock(minute.number)}: {minute.jobs} {state}"))
            below += share
    return bars


def _bar(place: int, below: float, share: float, kind: str, title: str) -> Bar:
    height = share * HEIGHT
    return Bar(place * WIDTH, round(HEIGHT - below * HEIGHT - height, 2), round(height, 2), kind, title)


def _average(minutes: Sequence[Minute]) -> float | None:
    timed = [(minute.seconds, minute.jobs) for minute in minutes if minute.seconds is not None]
    jobs = sum(count for _, count in timed)
    return sum(seconds * count for seconds, count in timed) / jobs if jobs else None


def _summary(minutes: Sequence[Minute]) -> str:
    ended = {state: sum(minute.jobs for minute in minutes if minute.state == state) for state in STACK}
    average = _average(minutes)
    taken = "" if average is None else f"; {precisely(average)} on average from acceptance to end"
    told = ", ".join(f"{jobs} {state}" for state, jobs in ended.items() if jobs)
    return f"In the last hour: {told}{taken}." if told else "No job ended in the last hour."


def _clock(number: int) -> str:
    return f"{datetime.fromtimestamp(number * 60, UTC):%H:%M}"
