"""A running fork with the toy, and a browser; skipped if the machine has no Chromium."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from core.testing.waiting import PATIENCE
from tests.core.fork import Fork, running_fork

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
MILLISECONDS = 1000 * PATIENCE


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium, with an empty, temporary profile."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("this machine has no Chromium: the pages were not tried in a browser")
    expect.set_options(timeout=MILLISECONDS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def fork(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fork]:
    """`manage.py run` of a fork; started only if there is a browser."""
    assert browser.is_connected()
    with running_fork(tmp_path_factory.mktemp("fork"), JOB_LEASE="3", STOP_GRACE="2") as running:
        yield running


@pytest.fixture
def visit(browser: Browser, fork: Fork) -> Iterator[BrowserContext]:
    """A visitor, for whom no script may raise an error."""
    context = browser.new_context(base_url=fork.url, viewport={"width": 1200, "height": 900})
    context.set_default_timeout(MILLISECONDS)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert errors == []


@pytest.fixture
def page(visit: BrowserContext) -> Page:
    """A tab of the visitor."""
    return visit.new_page()


@pytest.fixture
def gates(tmp_path: Path) -> Path:
    """A folder in which a file of a number lets a climbing job take this step."""
    return tmp_path
