"""Every number and every verb of make in the environment's files is either compared, or declared with a reason."""

import pytest
from tools.parity.compare import compare
from tools.parity.tree import read
from tools.pins import ROOT

from tests.tools.parity.mutants import Mutant
from tests.tools.parity.no_pins import NO_PINS, reasons
from tests.tools.parity.tokens import tokens

TREE = read(ROOT)
TOKENS = list(tokens(TREE))
PINS = [token for token in TOKENS if not reasons(token)]
TOGETHER = 100
DECLARE = "add a row to tools/parity/declared, or say in no_pins.py why nothing else repeats it"


@pytest.mark.parametrize("part", range(0, len(PINS), TOGETHER))
def test_every_token_is_compared_or_is_declared_to_be_no_pin(part: int) -> None:
    """Found without parity's table: what parity has never heard of shows here."""
    tried = PINS[part : part + TOGETHER]
    assert [str(token) for token in tried if not token.findings(TREE)] == [], DECLARE


def test_what_is_declared_to_be_no_pin_is_there() -> None:
    """A reason for what nobody writes any more goes."""
    assert [each.pattern for each in NO_PINS if not any(each.covers(token) for token in TOKENS)] == []


def test_nothing_that_parity_compares_is_declared_to_be_no_pin() -> None:
    """A pattern that is too wide would hide the next pin."""
    compared = {(claim.text.path, claim.start, claim.end) for claim in compare(TREE)[0]}
    hidden = [token for token in TOKENS if reasons(token) and is_inside(token, compared)]
    assert [str(token) for token in hidden if token.findings(TREE)] == []


def is_inside(token: Mutant, spans: set[tuple[str, int, int]]) -> bool:
    """Whether parity understands the place where it stands."""
    return any(token.text.path == path and start <= token.start < end for path, start, end in spans)
