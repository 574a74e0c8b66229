"""Composition: settings, extensions and apps become a Flask object or a Celery object; both see the same whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import Flask

from core.app import AnyApp, App
from core.beat import Ticker, scheduler_for
from core.branch import Branch
from core.celery import CoreCelery
from core.config import Settings
from core.console import CONSOLE
from core.console.html import console_pages
from core.declarations import mistakes
from core.environ import ENV_FILE, SettingsError, read_settings
from core.extensions import Extensions, open_extensions
from core.health import health_routes
from core.jobs.identity import this_place
from core.logging import configure_logging
from core.maintenance import Maintenance
from core.messages import Message
from core.runner import Runner
from core.streams import STREAMS, Streams
from core.tasks import register
from core.tracing import NO_TRACING, Tracing, open_tracing
from core.unit import Units
from core.web import DocumentedApi, build_web, trace_requests
from core.worker import add_maintenance, trace_children

TITLE = "Golden Core"
Measured = Callable[[Flask, Units], None]


@dataclass(frozen=True)
class Project:
    """The settings of this process and the apps that it serves."""

    settings: Settings
    apps: tuple[AnyApp, ...]

    @property
    def messages(self) -> dict[str, type[Message]]:
        """What workers of this project can be asked, by wire name."""
        return {task.message.wire_name: task.message for app in self.apps for task in app.tasks}

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The migrations of core and of these apps."""
        return tuple(app.branch for app in self.apps if app.branch is not None)


def read_project(names: Sequence[str], env_file: Path = ENV_FILE) -> Project:
    """Import the apps of the project and read the settings; raises SettingsError where either cannot be used."""
    known = {name: load_app(name) for name in names}
    if wrong := mistakes(names, known):
        raise SettingsError(wrong)
    settings = read_settings([app.settings for app in known.values() if app.settings is not None], env_file)
    if unknown := set(settings.apps) - known.keys():
        there = ", ".join(known) or "none"
        raise SettingsError([f"APPS: no app is named {name}; there are {there}" for name in sorted(unknown)])
    served = [app for name, app in known.items() if not settings.apps or name in settings.apps]
    return Project(settings, (CONSOLE, *served))


def load_app(name: str) -> AnyApp:
    """The declaration in `apps/<name>/__init__.py`, which must be called `app`."""
    if find_spec(f"apps.{name}") is None:
        raise SettingsError([f"the project names an app {name}, and there is no folder apps/{name}"])
    declared: object = getattr(import_module(f"apps.{name}"), "app", None)
    if not isinstance(declared, App):
        raise SettingsError([f"apps/{name}/__init__.py declares no `app`"])
    return declared


@dataclass(frozen=True)
class Composition:
    """The live whole that every view of the project stands on."""

    extensions: Extensions
    apps: tuple[AnyApp, ...]
    tracing: Tracing = NO_TRACING

    def runner(self) -> Runner:
        """What runs jobs in a worker."""
        tasks = {name: task for app in self.apps for name, task in app.bound_tasks().items()}
        return Runner(self.extensions.units, tasks, self.tracing)

    def maintenance(self) -> Maintenance:
        """What a worker's main process does beside running jobs."""
        return Maintenance(self.extensions.units, self.extensions.broker, this_place())

    def ticker(self) -> Ticker:
        """What turns the apps' schedules into jobs."""
        return Ticker(self.extensions.units, [every for app in self.apps for every in app.schedule])


def compose(project: Project) -> Composition:
    """Open the extensions and set the apps upon them; nothing connects yet."""
    return Composition(open_extensions(project.settings), project.apps, open_tracing(project.settings))


def create_app(project: Project) -> Flask:
    """The project as a Flask object, for the web process."""
    configure_logging(project.settings)
    return build_app(compose(project))


def build_app(composition: Composition) -> Flask:
    """A composed project as a Flask object."""
    settings = composition.extensions.settings
    web = build_web(settings, TITLE)
    streams = web.extensions[STREAMS] = Streams(settings.web_streams)
    web.register_blueprint(health_routes(composition.extensions))
    # Before restx, which registers an answer for the root as well: the first one counts.
    web.register_blueprint(console_pages(composition.extensions.units, TITLE))
    api = DocumentedApi(
        title=TITLE, doc="/docs", description="Every list is paged by cursor; every error is a problem (RFC 9457)."
    )
    for app in composition.apps:
        app.serve(api, composition.extensions.units, streams)
    api.init_app(web)
    _observe(web, composition)
    return web


def _observe(web: Flask, composition: Composition) -> None:
    if composition.tracing is not NO_TRACING:
        trace_requests(web, composition.tracing)
    if composition.extensions.settings.metrics:
        # Imported by those who serve it, because every command imports this module.
        serve_metrics: Measured = import_module("core.metrics").serve_metrics
        serve_metrics(web, composition.extensions.units)


def create_celery(project: Project) -> CoreCelery:
    """The project as a Celery object, for the worker and beat processes."""
    return build_worker(compose(project))


def build_worker(composition: Composition) -> CoreCelery:
    """A composed project as a Celery object with its one task."""
    celery = composition.extensions.celery
    extensions = composition.extensions
    register(celery, composition.runner().run)
    add_maintenance(celery, composition.maintenance, extensions.settings.stop_grace)
    trace_children(composition.tracing)
    celery.conf.beat_scheduler = scheduler_for(composition.ticker())
    return celery
