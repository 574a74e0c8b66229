"""The table of parity: each place in which a file repeats a fact. Whoever pins something in a new place adds a row."""

from environment.parity.declared.containers import CONTAINERS
from environment.parity.declared.documents import DOCUMENTS
from environment.parity.declared.nix import NIX
from environment.parity.declared.python import PYTHON
from environment.parity.declared.workflows import WORKFLOWS

PLACES = (*PYTHON, *CONTAINERS, *NIX, *WORKFLOWS, *DOCUMENTS)
