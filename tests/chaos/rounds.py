"""A round: load, a fault, and a count at the end."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.database.types import utc_now
from core.errors import Unavailable
from tests.chaos.app import Apply
from tests.chaos.dice import Dice
from tests.chaos.effect_records import EffectReader
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
        """Use every process once, so that the first row does not include start times."""
        load = self._load()
        load.start()
        time.sleep(1)
        load.stop()
        self._wait(load)

    def play(self, fault: Fault, pace: float = 1) -> Row:
        """Break and repair the stack under load, wait until every job has ended, and count."""
        self.stack.start()
        scene = Scene(self.stack, self._load(), self.dice, pace)
        began, (healed, before_healing) = utc_now(), break_under_load(scene, fault)
        held = self._wait(scene.load)
        record = self.stack.reader.read(began, with_follow_ups(scene.load.accepted))
        ends = [at - healed for number, at in record.ended.items() if number in before_healing]
        if scene.load.given_up:
            scene.report(f"{len(scene.load.given_up)} requests were never accepted")
        return Row(
            fault=fault.name,
            verdict=judge(scene.load.accepted, record),
            held=held,
            refused=scene.load.refused,
            slowest=scene.load.slowest,
            recovery=max([timedelta(0), *ends]).total_seconds(),
            findings=tuple(scene.findings),
        )

    def _load(self) -> Load:
        return Load(self.stack.settings.port, self.rate, self.stack.subject.has_ledger, self.numbers)

    def _wait(self, load: Load) -> int:
        """Wait while jobs end; returns how many messages a broker without a ledger still held after a timeout."""
        expected, left, deadline = with_follow_ups(load.accepted), -1, 0.0
        while (found := unfinished(self.stack.reader, expected)) or self.stack.is_busy():
            if found != left:
                left, deadline = found, time.monotonic() + PATIENCE
            if time.monotonic() > deadline:
                return self.stack.forget()
            time.sleep(0.2)
        return 0


def unfinished(reader: EffectReader, expected: Mapping[int, Apply]) -> int:
    """How many jobs have not ended; one more than all if the database is unavailable."""
    try:
        return reader.unfinished(expected)
    except Unavailable:
        return len(expected) + 1


def break_under_load(scene: Scene, fault: Fault) -> tuple[datetime, set[int]]:
    """Play the fault under load; returns when it was repaired, and the jobs that were accepted until then."""
    scene.load.start()
    time.sleep(1)
    fault.act(scene)
    healed, accepted = utc_now(), set(scene.load.accepted)
    time.sleep(0.5)
    scene.load.stop()
    return healed, accepted
