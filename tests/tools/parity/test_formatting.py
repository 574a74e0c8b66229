"""What changes the form of a file and not its meaning raises no alarm, and hides no pin."""

import pytest
from tools.parity.compare import compare
from tools.parity.tree import read
from tools.pins import ROOT

from tests.tools.parity.formatting import LEGAL, Change

TREE = read(ROOT)
CASES = [(path, change) for path, changes in LEGAL.items() for change in changes if path in TREE.texts]


@pytest.mark.parametrize("path, change", CASES, ids=[f"{path}-{change.__name__}" for path, change in CASES])
def test_form_is_not_meaning(path: str, change: Change) -> None:
    """As many places are compared as before, and all of them agree."""
    content = change(TREE.texts[path].content)
    assert content != TREE.texts[path].content
    claims, found = compare(TREE.with_text(path, content))
    assert [str(finding) for finding in found] == []
    assert len(claims) == len(compare(TREE)[0])
