"""The table of parity: each place in which a file repeats a fact. Whoever pins something in a new place adds a row."""

from tools.parity.declared.containers import CONTAINERS
from tools.parity.declared.documents import DOCUMENTS
from tools.parity.declared.nix import NIX
from tools.parity.declared.python import PYTHON
from tools.parity.declared.workflows import WORKFLOWS

PLACES = (*PYTHON, *CONTAINERS, *NIX, *WORKFLOWS, *DOCUMENTS)
