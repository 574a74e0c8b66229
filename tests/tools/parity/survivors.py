"""Mutants that parity lets pass, each with its reason."""

import fnmatch

from tests.tools.parity.mutant import Mutant

SURVIVORS = (
    ("use of a verb: .env.example:*: 'up' -> *", "a word of a sentence, shorter than what can be told from others"),
    ("use of a argument: Makefile:*: 'PYTHON' -> *", "in a sentence that the shell prints"),
    (
        "definition of a route: src/*/routes.py:*",
        "another route begins in the same way, or no file names it",
    ),
    ("definition of a command: src/core/commands/db.py:*: 'migrate' -> *", "named by the template of apps alone"),
    ("drift of a action: .github/workflows/check.yml:*", "used once: only its publisher knows which commit is which"),
    ("swap: Dockerfile:*: 'packages*", "what two stages hold is for the builder to say"),
    ("lost member: .env.example:*: '#COMPOSE_PRO*", "a variable of Compose itself, which may go unlisted"),
    ("lost member: docker-compose.yml:*: 'inside, ' -> *", "who reaches whom is for the tests of the stack to say"),
)


def reason(mutant: Mutant) -> str:
    """Why it may survive; empty if it may not."""
    return next((why for pattern, why in SURVIVORS if fnmatch.fnmatchcase(str(mutant), pattern)), "")
