"""The stack, from zero to nothing, under a name, a port and an image of its own; only make e2e comes here."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from tools.bare_core import copied
from tools.pins import ROOT

from tests.stack.stack import Stack, said

collect_ignore_glob = [] if "E2E" in os.environ else ["test_*.py"]


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git knows of this project and nothing else, in one commit: no .env, no environment, no leftovers."""
    folder = tmp_path_factory.mktemp("project") / "golden-core"
    copied(ROOT, folder)
    who = ("-c", "user.name=me", "-c", "user.email=me@localhost", "-c", "commit.gpgsign=false")
    said(["git", "add", "--all"], folder, {})
    said(["git", *who, "commit", "--quiet", "--no-verify", "--message", "the copy"], folder, {})
    return folder


@pytest.fixture(scope="session")
def stack(copy: Path) -> Iterator[Stack]:
    """A stack that make up brought up from zero; whatever happens, nothing of it stays."""
    stack = Stack.of(copy)
    stack.make("down", "--volumes")
    try:
        stack.make("up")
        yield stack
    finally:
        stack.make("down", "--volumes")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails shows what the services said last."""
    report = yield
    stack = item.funcargs.get("stack") if isinstance(item, pytest.Function) else None
    if report.failed and isinstance(stack, Stack):
        report.sections.append(("the services' last lines", stack.last_lines()))
    return report
