"""Counting: every accepted job succeeded once, and there are no others."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tests.chaos.app import Apply
from tests.chaos.effect_records import EffectRecord


@dataclass(frozen=True)
class Verdict:
    """The numbers of one round."""

    accepted: int
    succeeded: int
    failed: int
    lost: int
    twice: int
    phantom: int

    @property
    def violations(self) -> list[str]:
        """The violations of the promise."""
        forbidden = {"lost": self.lost, "applied twice": self.twice, "phantom": self.phantom}
        return [f"{count} {what}" for what, count in forbidden.items() if count]


def judge(accepted: Mapping[int, Apply], record: EffectRecord) -> Verdict:
    """Compare what was accepted with what the database has."""
    expected = with_follow_ups(accepted)
    fine = [number for number, message in expected.items() if is_fulfilled(message, record)]
    return Verdict(
        accepted=len(expected),
        succeeded=sum(expected[number].then != "kill itself" for number in fine),
        failed=sum(expected[number].then == "kill itself" for number in fine),
        lost=len(expected) - len(fine),
        twice=sum(count - 1 for steps in record.steps.values() for count in steps.values() if count > 1),
        phantom=len((record.states.keys() | record.steps.keys()) - expected.keys())
        + sum(len(states) - 1 for states in record.states.values()),
    )


def with_follow_ups(accepted: Mapping[int, Apply]) -> dict[int, Apply]:
    """The jobs that were accepted, and those that they enqueue."""
    again = {-number: Apply(number=-number) for number, message in accepted.items() if message.then == "enqueue again"}
    return {**accepted, **again}


def is_fulfilled(message: Apply, record: EffectRecord) -> bool:
    """Whether a job ended as expected: one that kills its process fails without an effect."""
    states, steps = record.states.get(message.number, []), record.steps.get(message.number, Counter())
    if message.then == "kill itself":
        return states == ["failed"] and not steps
    return "succeeded" in states and len(steps) == message.steps
