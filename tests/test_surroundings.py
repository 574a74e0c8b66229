"""What a run of the tests was told reaches no program that a test starts."""

import os
import subprocess

import pytest

from tests.surroundings import foreign

MAKEFILE = 'told:\n\t@echo "$(ARGS)$(PYTHON)$(VENV)$(PORT)"\n'


@pytest.mark.parametrize(
    "name", ["ARGS", "PYTHON", "VENV", "MAKEFLAGS", "MAKEOVERRIDES", "PYTHONPATH", "PIP_USER", "GIT_DIR", "FORCE_COLOR"]
)
def test_what_would_steer_a_tool_is_handed_to_none(name: str) -> None:
    assert name in foreign([name])
    assert name not in os.environ


@pytest.mark.parametrize("name", ["PATH", "HOME", "TZ", "LANG", "PIP_INDEX_URL", "PIP_CERT", "GIT_CONFIG_GLOBAL"])
def test_what_a_machine_needs_is_left_alone(name: str) -> None:
    assert name not in foreign([name])


def test_a_make_that_a_test_starts_has_heard_nothing_of_the_one_that_runs_the_tests() -> None:
    said = subprocess.run(["make", "-f", "-", "told"], input=MAKEFILE, text=True, capture_output=True, check=True)
    assert said.stdout == "\n"
