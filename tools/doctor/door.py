"""Lets the doctor examine a machine whose Python is too old to run it; written for any Python 3."""

import os
import sys

from tools import interpreters


def through(version: str, arguments: "list[str]") -> None:
    """Hands over to a Python that can, telling it whose place it takes; ends with a sentence where there is none."""
    old = version + " (" + sys.executable + ")"
    for offer in [interpreters.default(), *reversed(interpreters.matrix())]:
        path = interpreters.find(offer, interpreters.WITH_VENV)
        if path:
            os.execv(path, [path, "-m", "tools", "doctor", "--instead-of", old, *arguments])
    sys.exit(interpreters.advice(version, sys.executable, "setup"))
