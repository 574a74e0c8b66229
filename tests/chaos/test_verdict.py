"""The suite itself: it finds every violation."""

from collections import Counter

import pytest

from tests.chaos.app import Apply
from tests.chaos.dice import Dice
from tests.chaos.effect_records import EffectRecord
from tests.chaos.faults import FAULTS, fitting
from tests.chaos.verdict import judge

ACCEPTED = {1: Apply(number=1), 2: Apply(number=2, steps=2), 3: Apply(number=3, then="kill itself")}
STATES = {1: ["succeeded"], 2: ["succeeded"], 3: ["failed"]}
STEPS = {1: Counter({0: 1}), 2: Counter({0: 1, 1: 1})}


def violations(states: dict[int, list[str]], steps: dict[int, Counter[int]]) -> list[str]:
    return judge(ACCEPTED, EffectRecord(states, steps, {})).violations


def test_jobs_that_ended_as_expected_are_no_violation() -> None:
    assert violations(STATES, STEPS) == []


@pytest.mark.parametrize(
    "states, steps, expected",
    [
        ({2: ["succeeded"], 3: ["failed"]}, STEPS, "1 lost"),
        (STATES | {1: ["running"]}, STEPS, "1 lost"),
        (STATES, STEPS | {2: Counter({0: 1})}, "1 lost"),
        (STATES | {3: ["running"]}, STEPS, "1 lost"),
        (STATES, STEPS | {1: Counter({0: 3})}, "2 applied twice"),
        (STATES | {1: ["succeeded", "succeeded"]}, STEPS, "1 phantom"),
        (STATES | {4: ["succeeded"]}, STEPS, "1 phantom"),
        (STATES, STEPS | {4: Counter({0: 1})}, "1 phantom"),
    ],
)
def test_each_violation_is_counted(states: dict[int, list[str]], steps: dict[int, Counter[int]], expected: str) -> None:
    assert violations(states, steps) == [expected]


def test_a_job_that_enqueues_another_is_two() -> None:
    accepted = {9: Apply(number=9, then="enqueue again")}
    one = EffectRecord({9: ["succeeded"]}, {9: Counter({0: 1})}, {})
    both = EffectRecord({9: ["succeeded"], -9: ["succeeded"]}, {9: Counter({0: 1}), -9: Counter({0: 1})}, {})
    assert judge(accepted, one).violations == ["1 lost"]
    assert judge(accepted, both).accepted == 2


def test_the_same_seed_gives_the_same_order() -> None:
    assert Dice(7).shuffled(FAULTS) == Dice(7).shuffled(FAULTS)
    assert Dice(7).shuffled(FAULTS) != Dice(8).shuffled(FAULTS)
    assert sorted(Dice(7).shuffled(range(9))) == list(range(9))


def test_a_stack_has_the_faults_of_its_servers() -> None:
    assert {fault.needs for fault in fitting(embedded=True, has_ledger=True)} == {"", "folder"}
    assert {fault.needs for fault in fitting(embedded=False, has_ledger=True)} == {"", "redis", "postgres"}
