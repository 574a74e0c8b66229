"""The pages in a browser: follow, cancel, retry and search, with mouse, keyboard, or without JavaScript."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.core.fork import Fork

pytestmark = [pytest.mark.machine, pytest.mark.slow]
ROUNDING = 1


def submit(visit: BrowserContext, path: str, **fields: object) -> str:
    """Make a job as a program does; returns its id."""
    answer = visit.request.post(path, data=fields)
    assert answer.status == 202, answer.text()
    return str(answer.json()["id"])


def climb(visit: BrowserContext, gates: Path, steps: int = 2) -> str:
    return submit(visit, "/toy/climbs", steps=steps, folder=str(gates))


def test_a_job_is_watched_live_from_its_submission_to_its_end(visit: BrowserContext, page: Page, gates: Path) -> None:
    page.goto("/")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    job_id = climb(visit, gates)
    row = page.locator(f"#job-{job_id}")
    expect(row.get_by_text("0/2 · before step 1")).to_be_visible()
    (gates / "1").touch()
    expect(row.get_by_text("1/2 · before step 2")).to_be_visible()
    expect(row.get_by_role("progressbar", name="Progress of toy.climb")).to_have_js_property("value", 1)
    (gates / "2").touch()
    expect(row.locator(".state")).to_have_text("succeeded")
    expect(row.get_by_role("button")).to_have_count(0)


def test_a_job_is_cancelled_on_its_page_and_retried(visit: BrowserContext, page: Page, gates: Path) -> None:
    job_id = climb(visit, gates)
    page.goto(f"/ui/jobs/{job_id}")
    state = page.locator("#state .state")
    expect(state).to_have_text("running")
    page.get_by_role("button", name="Cancel toy.climb").click()
    expect(state).to_have_text("cancelled")
    expect(page.get_by_role("status")).to_have_text("The job is cancelled")
    (gates / "1").touch()
    (gates / "2").touch()
    page.get_by_role("button", name="Retry toy.climb").click()
    expect(state).to_have_text("succeeded")
    expect(page.get_by_text('"notes": 2')).to_be_visible()


def test_jobs_are_searched_and_retried_with_the_keyboard(visit: BrowserContext, page: Page) -> None:
    job_id = submit(visit, "/toy/jobs", text="find me", then="refuse")
    submit(visit, "/toy/jobs", text="not me", then="refuse")
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.get_by_label("Search").focus()
    page.keyboard.type("find me")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Matching jobs")).to_be_visible()
    expect(page.locator(".jobs > li")).to_have_count(1)
    row = page.locator(f"#job-{job_id}")
    expect(row.get_by_text("The note may not be")).to_be_visible()
    row.get_by_role("link").focus()
    page.keyboard.press("Tab")
    expect(row.get_by_role("button", name="Retry")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/\?.*text=find\+me"))
    expect(row.get_by_text("attempt 2/")).to_be_visible()


def test_many_jobs_are_retried_at_once(visit: BrowserContext, page: Page) -> None:
    for number in range(3):
        submit(visit, "/toy/jobs", text=f"many {number}", then="break")
    page.goto("/?text=many&state=failed")
    expect(page.locator(".jobs > li")).to_have_count(3)
    page.get_by_text("Retry in bulk…").click()
    page.get_by_role("button", name="Retry all").click()
    expect(page.get_by_role("status")).to_contain_text("3 jobs were queued again")


def test_schedules_are_changed_and_workers_are_shown(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Schedules").click()
    page.get_by_role("button", name="Pause toy.sweep").click()
    expect(page.get_by_text("paused", exact=True)).to_be_visible()
    page.get_by_role("button", name="Resume toy.sweep").click()
    page.get_by_role("button", name="Run now toy.sweep").click()
    expect(page.get_by_role("link", name="Last job of toy.sweep")).to_be_visible()
    page.get_by_role("link", name="Workers").click()
    expect(page.get_by_text("alive", exact=True)).to_be_visible()


def test_hostile_text_does_nothing(visit: BrowserContext, page: Page) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    job_id = submit(visit, "/toy/jobs", text="<img src=x onerror=alert(1)>", then="refuse")
    for path in ("/", f"/ui/jobs/{job_id}"):
        page.goto(path)
        expect(page.get_by_text("onerror=alert(1)").first).to_be_visible()
    assert dialogs == []
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("width", [390, 768, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_sideways(browser: Browser, fork: Fork, width: int, scheme: str) -> None:
    dark = browser.new_context(
        base_url=fork.url,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = dark.new_page()
    for path in ("/", "/ui/schedules", "/ui/workers"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width + ROUNDING
    dark.close()


def test_the_pages_are_complete_without_a_script(browser: Browser, fork: Fork) -> None:
    plain = browser.new_context(base_url=fork.url, java_script_enabled=False)
    job_id = submit(plain, "/toy/jobs", text="no script", then="refuse")
    page = plain.new_page()
    page.goto(f"/ui/jobs/{job_id}")
    expect(page.locator("#state .state")).to_have_text(re.compile("queued|running|failed"))
    page.goto("/?text=no+script")
    expect(page.get_by_text("Reload the page to see changes")).to_be_visible()
    page.get_by_role("link", name="toy.write_note").click()
    expect(page.get_by_role("heading", name="Payload")).to_be_visible()
    plain.close()


def test_the_documentation_of_the_api_is_there_too(page: Page) -> None:
    page.goto("/docs")
    expect(page.get_by_role("heading", name="Golden Core")).to_be_visible()
    page.get_by_text("Background jobs, their schedules and workers").click()
    expect(page.get_by_text("/jobs/{job_id}/events").first).to_be_visible()
