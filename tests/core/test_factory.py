"""Composition and factory: the apps that a process serves, and how they are read."""

from pathlib import Path
from typing import ClassVar

import pytest
from flask.testing import FlaskClient

from core.app import AnyApp, App
from core.composition import Project, compose, read_project
from core.config import Settings
from core.console import CONSOLE
from core.environ import SettingsError
from core.factory import build_app, create_app, create_celery
from core.jobs.messages import Message
from core.unit_of_work import UnitOfWork
from core.worker.tasks import on
from tests.core.events import logged
from tests.core.marks import on_sqlite
from tests.core.processes import python

LAMPS = """
from core.app import App
from core.http.resources import Routes
app = App("lamps", open_service=lambda unit: None, routes=Routes("lamps", "Lamps"))
"""
READ = """
from core.environ import SettingsError
from core.composition import read_project
for names in (["lamps"], ["chairs"], ["tables"]):
    try:
        print(*[app.name for app in read_project(names).apps])
    except SettingsError as error:
        print(error.mistakes[0])
"""


def read_projects(tmp_path: Path) -> list[str]:
    """The result of reading three projects: with an app, with a folder that declares none, and without a folder."""
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps" / "__init__.py").touch()
    for name, source in {"lamps": LAMPS, "chairs": ""}.items():
        (tmp_path / "apps" / name).mkdir()
        (tmp_path / "apps" / name / "__init__.py").write_text(source)
    script = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{READ}"
    done = python("-c", script, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_apps_are_read_from_their_folders_and_a_folder_must_declare_one(tmp_path: Path) -> None:
    assert read_projects(tmp_path) == [
        "core lamps",
        "apps/chairs/__init__.py declares no `app`",
        "the project lists the app tables, but there is no folder apps/tables",
    ]


def test_an_unknown_app_is_reported_by_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("APPS", "lamps,chairs")
    with pytest.raises(SettingsError) as refused:
        read_project([], tmp_path / ".env")
    assert refused.value.mistakes == (
        "APPS: no app is named chairs; the apps are: none",
        "APPS: no app is named lamps; the apps are: none",
    )


def test_a_redis_url_that_cannot_be_parsed_is_refused_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://:hun#ter2@host:6379/0")
    with pytest.raises(SettingsError, match="REDIS_URL: the host or the port cannot be read"):
        read_project([], tmp_path / ".env")


def nothing(_unit: UnitOfWork) -> None:
    return None


@on_sqlite
def test_an_app_without_routes_and_tasks_is_accepted(project: Project) -> None:
    bare: AnyApp = App("bare", open_service=nothing)
    composition = compose(Project(project.settings, (CONSOLE, bare)))
    assert build_app(composition).test_client().get("/bare").status_code == 404
    assert bare.bound_tasks() == {}
    composition.extensions.close()


@on_sqlite
def test_an_app_that_is_not_served_has_no_routes(project: Project, client: FlaskClient) -> None:
    core_alone = compose(Project(project.settings, (CONSOLE,)))
    assert build_app(core_alone).test_client().get("/toy/notes").status_code == 404
    assert client.get("/toy/notes").status_code == 200
    core_alone.extensions.close()


@on_sqlite
def test_web_and_worker_are_built_from_the_same_project(project: Project) -> None:
    with logged(project.settings):
        web, celery = create_app(project), create_celery(project)
    assert "/toy/notes" in {rule.rule for rule in web.url_map.iter_rules()}
    assert "jobs.run" in celery.tasks


class SendMail(Message):
    """A message with a queue of its own."""

    wire_name: ClassVar[str] = "post.send_mail"
    queue: ClassVar[str] = "mails"


@pytest.mark.parametrize("queues, served", [((), ["default", "mails"]), (("mails",), ["mails"])])
def test_a_worker_serves_the_named_queues_or_every_queue_of_its_messages(
    tmp_path: Path, queues: tuple[str, ...], served: list[str]
) -> None:
    post: AnyApp = App("post", open_service=nothing, tasks=(on(SendMail, lambda _service, _message, _job: None),))
    composition = compose(Project(Settings(data_dir=tmp_path, worker_queues=queues), (CONSOLE, post)))
    celery = composition.extensions.celery
    assert sorted(celery.amqp.queues.consume_from) == served
    composition.extensions.close()


@on_sqlite
def test_the_broker_is_that_of_the_settings_whatever_the_environment_names(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Platforms set BROKER_URL, and Celery prefers CELERY_BROKER_URL to its configuration."""
    for name in ("CELERY_BROKER_URL", "CELERY_BROKER_READ_URL", "CELERY_BROKER_WRITE_URL", "CELERY_RESULT_BACKEND"):
        monkeypatch.setenv(name, "redis://elsewhere:6379/0")
    with logged(project.settings):
        configured = create_celery(project).conf
    addresses = configured.broker_url, configured.broker_read_url, configured.broker_write_url
    assert set(addresses) == {project.settings.broker}
    assert not configured.result_backend


def test_branches_are_those_of_the_apps_that_have_one(tmp_path: Path) -> None:
    bare: AnyApp = App("bare", open_service=nothing)
    project = Project(Settings(data_dir=tmp_path), (CONSOLE, bare))
    assert [branch.name for branch in project.branches] == ["core"]
