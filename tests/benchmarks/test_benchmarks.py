"""Each benchmark runs, tiny and untimed, so that none rots."""

import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.__main__ import BENCHMARKS, DOCUMENT, bench
from click.testing import CliRunner

from tests.core.processes import clean_environment

# Seconds. Under valgrind, or with five peers, and beside other work, it takes minutes.
PATIENCE = 900


@pytest.mark.bench
@pytest.mark.slow
@pytest.mark.timeout(PATIENCE)
@pytest.mark.usefixtures("postgres_server", "redis_server")
@pytest.mark.parametrize("words", [*((name,) for name in BENCHMARKS), ("http", "--cpu-time")], ids=" ".join)
def test_a_benchmark_shows_its_figures(words: tuple[str, ...], tmp_path: Path) -> None:
    before = DOCUMENT.read_text("utf-8")
    command, environment = [sys.executable, "-m", "benchmarks", *words, "--brief"], clean_environment()
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{words[0]}:\n  ")
    assert DOCUMENT.read_text("utf-8") == before


def test_help_explains_every_benchmark() -> None:
    lines = CliRunner().invoke(bench, ["--help"]).output.splitlines()
    assert [name for name in BENCHMARKS if not any(line.strip().startswith(f"{name} ") for line in lines)] == []


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    result = CliRunner().invoke(bench, ["htpp"])
    assert (result.exit_code, "'http'" in result.output) == (2, True)
