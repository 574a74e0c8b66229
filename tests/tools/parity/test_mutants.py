"""Whatever is renamed, swapped, lost or drifts in one file, parity reports it at the line."""

import fnmatch

import pytest
from tools.parity.tree import read
from tools.pins import ROOT

from tests.tools.parity.mutants import everything
from tests.tools.parity.survivors import SURVIVORS, reason

pytestmark = pytest.mark.slow

TREE = read(ROOT)
MUTANTS = everything(TREE)
TOGETHER = 100
LEAST, SHARE = 600, 0.98


@pytest.mark.parametrize("part", range(0, len(MUTANTS), TOGETHER))
def test_every_change_is_reported_at_its_line(part: int) -> None:
    """Each mutant, except those that are declared with a reason."""
    tried = [mutant for mutant in MUTANTS[part : part + TOGETHER] if not reason(mutant)]
    assert [str(mutant) for mutant in tried if not mutant.is_killed(TREE)] == []


def test_few_changes_are_let_pass_and_each_reason_is_needed() -> None:
    """There are enough mutants, of 100 at least 98 are reported, and no declared survivor is reported after all."""
    alive = [str(mutant) for mutant in MUTANTS if reason(mutant) and not mutant.is_killed(TREE)]
    assert len(MUTANTS) >= LEAST
    assert len(alive) <= len(MUTANTS) * (1 - SHARE)
    assert [pattern for pattern, _ in SURVIVORS if not any(fnmatch.fnmatchcase(each, pattern) for each in alive)] == []
