"""What the profile for observability shows exists: every query of the dashboard asks for a metric that web serves."""

import json
import re
from collections.abc import Iterator

import pytest
from tools.pins import ROOT

from core.composition import Composition
from core.factory import build_app
from tests.core.marks import on_sqlite
from tests.core.scraped import scrape

FOLDER = ROOT / "deploy/observability"
DASHBOARD = FOLDER / "grafana" / "dashboards" / "golden-core.json"
METRIC = re.compile(r"\b(?:http|jobs|workers?|schedules|database)_[a-z_]+\b")
# Served once there is such a job.
OF_JOBS = {"jobs_live", "jobs_ended_last_minute", "jobs_run_seconds_average", "jobs_run_seconds_longest"}


def queries(panels: object) -> Iterator[str]:
    """Every expression of a dashboard, at whatever depth."""
    if isinstance(panels, dict):
        yield from (str(value) for key, value in panels.items() if key == "expr")
        panels = list(panels.values())
    if isinstance(panels, list):
        for each in panels:
            yield from queries(each)


@on_sqlite
def test_every_query_of_the_dashboard_asks_for_what_web_serves(composition: Composition) -> None:
    client = build_app(composition).test_client()
    client.get("/health/live")
    queried = {name for query in queries(json.loads(DASHBOARD.read_text("utf-8"))) for name in METRIC.findall(query)}
    assert queried - scrape(client).names() == OF_JOBS


def test_the_stack_hands_over_every_file_of_the_folder() -> None:
    """A file that is not mounted would be changed in vain."""
    stack = (ROOT / "docker-compose.yml").read_text("utf-8")
    mounted = [ROOT / name for name in re.findall(r"- (\./deploy/observability/[\w./-]+):", stack)]
    files = [path for path in FOLDER.rglob("*") if path.is_file()]
    assert all(path.exists() for path in mounted)
    assert [path for path in files if not any(path.is_relative_to(place) for place in mounted)] == []


@pytest.mark.parametrize("document", ["docs/deploy.md"])
def test_every_metric_that_a_document_names_is_one_of_the_dashboard(document: str) -> None:
    """Readers can look at it."""
    named = METRIC.findall(" ".join(re.findall(r"`([^`]+)`", (ROOT / document).read_text("utf-8"))))
    shown = " ".join(queries(json.loads(DASHBOARD.read_text("utf-8"))))
    assert named
    assert [name for name in named if name not in shown] == []
