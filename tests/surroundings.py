"""What surrounds a run of the tests and would reach the programs that they start: words for make, pip, git, an app."""

import os
import re
from collections.abc import Iterable, Iterator

import pytest

from project import APPS
from tests.architecture.rules import ROOT

VARIABLE = re.compile(r"\$\((?:or )?([A-Z]+)\b")
TOOLS = ("MAKE", "PIP_", "UV_", "PYTHON", "VIRTUAL_ENV", "TOX_", "MYPY", "RUFF_", "GIT_", "AWS_", "OTEL_", "CLICOLOR")
WORDS = {"MFLAGS", "GNUMAKEFLAGS", "PYTEST_ADDOPTS", "NO_COLOR", "FORCE_COLOR", "PY_COLORS", "COLUMNS", "LINES"}
# Where this machine finds packages and certificates, and whose repositories its git trusts.
KEPT = re.compile(r"(PIP|UV)_.*(CERT|PROXY|INDEX|INDEX_URL|FIND_LINKS|CACHE_DIR)$|GIT_CONFIG")


def foreign(names: Iterable[str]) -> set[str]:
    """The environment variables that no test may hand on; make gives all of its own to whatever it starts."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    steering = (*TOOLS, *(f"{app.upper()}_" for app in APPS))
    found = {name for name in names if name.startswith(steering) and not KEPT.match(name)}
    return found | WORDS | set(VARIABLE.findall(makefile))


@pytest.fixture(scope="session", autouse=True)
def no_surroundings_of_this_run() -> Iterator[None]:
    """`make test ARGS=... PYTHON=...` is meant for this run, not for what a test starts."""
    with pytest.MonkeyPatch.context() as surroundings:
        for name in foreign(os.environ):
            surroundings.delenv(name, raising=False)
        yield
