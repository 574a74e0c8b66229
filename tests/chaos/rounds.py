"""A round: load, a fault, and a count when all is over."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.database import utc_now
from core.errors import Unavailable
from tests.chaos.app import Apply
from tests.chaos.books import Books
from tests.chaos.dice import Dice
from tests.chaos.faults import Fault
from tests.chaos.load import Load
from tests.chaos.report import Row
from tests.chaos.scene import Scene
from tests.chaos.stack import Stack
from tests.chaos.times import PATIENCE
from tests.chaos.verdict import judge, with_follow_ups


@dataclass(frozen=True)
class Rounds:
    """Plays faults on a stack, one after the other."""

    stack: Stack
    numbers: Iterator[int]
    dice: Dice
    rate: float

    def warm_up(self) -> None:
        """Let every process answer once, so that the first row does not tell how long a start takes."""
        load = self._load()
        load.start()
        time.sleep(1)
        load.stop()
        self._wait(load)

    def play(self, fault: Fault, pace: float = 1) -> Row:
        """Break and heal the stack under load, wait until every job has ended, and count."""
        self.stack.start()
        scene = Scene(self.stack, self._load(), self.dice, pace)
        began, (healed, before_healing) = utc_now(), storm(scene, fault)
        held = self._wait(scene.load)
        record = self.stack.books.read(began, with_follow_ups(scene.load.accepted))
        ends = [at - healed for number, at in record.ended.items() if number in before_healing]
        if scene.load.given_up:
            scene.complain(f"{len(scene.load.given_up)} requests were never accepted")
        return Row(
            fault=fault.name,
            verdict=judge(scene.load.accepted, record),
            held=held,
            refused=scene.load.refused,
            slowest=scene.load.slowest,
            recovery=max([timedelta(0), *ends]).total_seconds(),
            complaints=tuple(scene.complaints),
        )

    def _load(self) -> Load:
        return Load(self.stack.settings.port, self.rate, self.stack.subject.has_ledger, self.numbers)

    def _wait(self, load: Load) -> int:
        """Wait for the jobs' ends; returns how many a broker without a ledger held when patience was over."""
        deadline, expected = time.monotonic() + PATIENCE, with_follow_ups(load.accepted)
        while is_unfinished(self.stack.books, expected):
            if time.monotonic() > deadline:
                return self.stack.forget()
            time.sleep(0.2)
        return 0


def is_unfinished(books: Books, expected: Mapping[int, Apply]) -> bool:
    """Whether a job has not ended, as far as anybody can tell."""
    try:
        return books.unfinished(expected) > 0
    except Unavailable:
        return True


def storm(scene: Scene, fault: Fault) -> tuple[datetime, set[int]]:
    """Let the fault happen under load; the moment when all was whole again, and what was accepted until then."""
    scene.load.start()
    time.sleep(1)
    fault.act(scene)
    healed, accepted = utc_now(), set(scene.load.accepted)
    time.sleep(0.5)
    scene.load.stop()
    return healed, accepted
