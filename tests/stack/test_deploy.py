"""The commands of docs/deploy.md, as they are written there, on a stack in production."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.bare_core import copied
from tools.pins import ROOT

from tests.stack.stack import NAME, Stack

PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
COMMANDS = dict(re.findall(r"^```sh ([a-z-]+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def follow(stack: Stack, name: str) -> None:
    """Type one block of the page into a shell that stops at the first failure."""
    stack.run("sh", "-euc", COMMANDS[name])


def ask(stack: Stack, question: str) -> str:
    """What the database answers."""
    return stack.compose("exec", "-T", "postgres", "psql", "--username=golden", "-Atc", question).strip()


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that was started as the page says."""
    folder = tmp_path_factory.mktemp("production") / "golden-core"
    copied(ROOT, folder)
    stack = Stack.of(folder, f"{NAME}-production")
    try:
        follow(stack, "prepare")
        follow(stack, "start")
        yield stack
    finally:
        stack.make("down", "--volumes")


def test_production_starts_with_its_own_secrets(production: Stack) -> None:
    """Which nobody but the owner can read."""
    assert '"ok"' in production.get("/health/ready")
    assert (production.folder / ".env").stat().st_mode & 0o077 == 0
    [web] = production.containers("web")
    assert production.inside(web, "echo $ENVIRONMENT").strip() == "production"


def test_a_copy_brings_everything_back_after_the_machine_is_lost(production: Stack) -> None:
    """Rows and files, with a password that was changed in between."""
    ask(production, "create table probe as select 42 as answer")
    production.inside(production.containers("web")[0], "mkdir -p /data/storage; echo kept > /data/storage/probe")
    follow(production, "back-up")
    follow(production, "rotate")
    assert '"ok"' in production.get("/health/ready")
    production.make("down", "--volumes")
    follow(production, "restore")
    assert ask(production, "select answer from probe") == "42"
    assert production.inside(production.containers("web")[0], "cat /data/storage/probe").strip() == "kept"
    assert '"ok"' in production.get("/health/ready")


def test_the_passwords_reach_no_process_list(production: Stack) -> None:
    """Whoever may list the machine's processes may not read the data for that."""
    secrets = re.findall(r"^\w*(?:PASSWORD|KEY)=(\S+)$", (production.folder / ".env").read_text(), re.MULTILINE)
    assert len(secrets) == 3
    for container in production.containers():
        arguments = production.run("docker", "top", container, "-eo", "pid,args")
        assert not [secret for secret in secrets if secret in arguments]


def test_every_block_of_commands_was_tried() -> None:
    """A command that is only read rots."""
    page = Path(ROOT / "docs" / "deploy.md").read_text()
    assert len(re.findall(r"^```sh", page, re.MULTILINE)) == len(COMMANDS)
    assert set(COMMANDS) == {"prepare", "start", "back-up", "rotate", "restore"}
