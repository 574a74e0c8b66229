"""Whatever pin is changed, parity says so and names the file and the line."""

import pytest
from tools.parity.compare import compare
from tools.parity.declared import PLACES
from tools.parity.facts import collect, decisions
from tools.parity.places import in_text
from tools.parity.tree import read
from tools.pins import ROOT

from tests.tools.parity.mutants import Mutant, mutants

TREE = read(ROOT)
MUTANTS = {path: list(mutants(TREE, path)) for path in sorted({claim.text.path for claim in compare(TREE)[0]})}
TOGETHER = 50
PARTS = [(path, part) for path, tried in MUTANTS.items() for part in range(0, len(tried), TOGETHER)]
# Decided, and repeated by no other file: a change of these is a change, not a disagreement. Of stages and services
# others name one of several, so it shows there.
ALONE = {"version", "devcontainer-cli", "stage", "service"}
DECIDED = {(claim.text.path, claim.start): name for name, claim in decisions(TREE)}


def is_told(mutant: Mutant) -> bool:
    """A finding names the changed line on one of its sides; of a range the lock only knows that one has changed."""
    found = mutant.findings(TREE)
    spots = {str(spot) for finding in found for spot in (finding.spot, finding.other) if spot}
    is_range = mutant.text.path == "pyproject.toml" and any("other requirements" in finding.said for finding in found)
    return str(mutant.spot) in spots or is_range


def is_as_good(mutant: Mutant) -> bool:
    """Any Python of the matrix, any app: a fork has others. And what builds a wheel is no part of the lock's mark."""
    text, facts = mutant.text, collect(TREE)[0]
    values = [value for place in PLACES if not place.complete for value in in_text(place, text, facts)]
    named = any(claim.start == mutant.start and mutant.value in fact.values for fact, claim in values)
    line = text.content.splitlines()[mutant.spot.line - 1]
    return named or mutant.value.startswith("src/apps/") or "poetry-core (" in line or is_used_once(line)


def is_used_once(line: str) -> bool:
    """An action that one line uses: only its publisher knows which commit bears which version."""
    action, at, _ = line.partition("uses: ")[2].partition("@")
    return at == "@" and sum(text.content.count(f"{action}@") for text in TREE.texts.values()) == 1


@pytest.mark.parametrize("path, part", PARTS)
def test_every_changed_pin_is_told_with_its_line(path: str, part: int) -> None:
    """All of them, one at a time."""
    tried = MUTANTS[path][part : part + TOGETHER]
    silent = [mutant for mutant in tried if not is_told(mutant) and not is_as_good(mutant)]
    told = {DECIDED.get((path, mutant.start), str(mutant)) for mutant in silent}
    assert told == ALONE & {DECIDED.get((path, mutant.start)) for mutant in tried}
