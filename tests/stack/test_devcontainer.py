"""The devcontainer, opened by the command line that editors use, in a checkout that belongs to an ordinary user."""

import json
import os
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.pins import ROOT

from tests.stack.stack import APART, said

NAME = "golden-core-e2e-devcontainer"
# Its hands are tied for root, who would own what it writes.
USER = 1000
PATIENCE = 900

with (ROOT / "pyproject.toml").open("rb") as manifest:
    PINS = tomllib.load(manifest)["tool"]["environment"]

pytestmark = pytest.mark.skipif(shutil.which("npx") is None, reason="no npx here to run the devcontainer's tool with")


class Devcontainer:
    """A devcontainer of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._settings = APART | {"COMPOSE_PROJECT_NAME": NAME}

    def tool(self, verb: str, *arguments: str) -> str:
        """What the command line tool says."""
        package = f"@devcontainers/cli@{PINS['devcontainer-cli']}"
        return self._said("npx", "--yes", package, verb, "--workspace-folder", str(self._folder), *arguments)

    def inside(self, script: str) -> str:
        """What a shell inside says."""
        return self.tool("exec", "bash", "-c", script)

    def remove(self) -> None:
        """Containers, volumes and networks."""
        self._said("docker", "compose", "--profile", "dev", "down", "--volumes", "--remove-orphans")

    def _said(self, *command: str) -> str:
        return said(list(command), self._folder, self._settings, seconds=PATIENCE)


@pytest.fixture(scope="module")
def checkout(copy: Path) -> Path:
    """The copy, given to an ordinary user where we are root."""
    for path in [copy, *copy.rglob("*")] if os.getuid() == 0 else []:
        os.chown(path, USER, USER, follow_symlinks=False)
    return copy


@pytest.fixture(scope="module")
def devcontainer(checkout: Path) -> Iterator[Devcontainer]:
    """Opened as an editor opens it."""
    opened = Devcontainer(checkout)
    try:
        assert json.loads(opened.tool("up").splitlines()[-1])["outcome"] == "success"
        yield opened
    finally:
        opened.remove()


def test_who_works_inside_owns_the_files_outside(devcontainer: Devcontainer, checkout: Path) -> None:
    """And leaves the host's environment alone."""
    devcontainer.inside("touch made-inside && make setup")
    made = checkout / "made-inside"
    assert made.stat().st_uid == checkout.stat().st_uid != 0
    assert not (checkout / ".venv").exists()
    made.unlink()


def test_every_interpreter_of_the_matrix_is_there(devcontainer: Devcontainer) -> None:
    """Those that the machine's images hold; one that is declared absent there may be absent here."""
    absent = os.environ.get("MATRIX_ABSENT", "").replace(",", " ").split()
    for version in [version for version in PINS["python-matrix"] if version not in absent]:
        imports = "import bz2, ctypes, lzma, readline, sqlite3, ssl, sys, uuid, venv, zlib; print(sys.version)"
        assert version in devcontainer.inside(f"python{version} -c '{imports}'")


def test_the_databases_of_the_stack_are_at_hand(devcontainer: Devcontainer) -> None:
    """With their clients, and with the addresses in the settings."""
    assert "PONG" in devcontainer.inside('redis-cli -u "$REDIS_URL" ping')
    assert "golden" in devcontainer.inside('psql "${DATABASE_URL/+psycopg/}" -Atc "select current_database()"')
    assert "core: " in devcontainer.inside("python manage.py db upgrade")


def test_a_commit_inside_runs_the_hooks(devcontainer: Devcontainer) -> None:
    """Without touching .git/hooks, which belongs to the host."""
    commit = "git -c user.name=me -c user.email=me@localhost commit --quiet --message x"
    probe = "printf 'x = 1 \\n' > probe.py; git add probe.py"
    said = devcontainer.inside(f"{probe}; {commit} && exit 1; git rm --quiet --force probe.py")
    assert "trailing whitespace" in said


@pytest.mark.timeout(PATIENCE + 30)
def test_everything_is_green_inside(devcontainer: Devcontainer) -> None:
    """The same verb as everywhere, with the tests that take a minute."""
    devcontainer.inside("make check")
