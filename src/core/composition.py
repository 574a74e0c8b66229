"""Composition: reads the project and opens its extensions. Commands need only this; web and worker build on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from core.app import AnyApp, App, find_conflicts
from core.broker.address import broker_url
from core.config import Settings
from core.console import CONSOLE
from core.database.branch import Branch
from core.environ import ENV_FILE, SettingsError, read_settings
from core.extensions import Extensions, open_extensions
from core.jobs.messages import Message, queues_of


@dataclass(frozen=True)
class Project:
    """The settings of a process, and the apps that it serves."""

    settings: Settings
    apps: tuple[AnyApp, ...]

    @property
    def messages(self) -> dict[str, type[Message]]:
        """The messages of these apps by wire name."""
        return {task.message.wire_name: task.message for app in self.apps for task in app.tasks}

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The branches of migrations of core and of these apps."""
        return tuple(app.branch for app in self.apps if app.branch is not None)


@dataclass(frozen=True)
class Composition:
    """Open extensions, and the apps that use them."""

    extensions: Extensions
    apps: tuple[AnyApp, ...]


def read_project(names: Sequence[str], env_file: Path = ENV_FILE) -> Project:
    """Import the named apps and read the settings; raises SettingsError if either is unusable."""
    apps = {name: load_app(name) for name in names}
    if conflicts := find_conflicts(names, apps):
        raise SettingsError(conflicts)
    settings = read_settings([app.settings for app in apps.values() if app.settings is not None], env_file)
    broker_url(settings)  # so that no process is started on a REDIS_URL that cannot be parsed
    if unknown := set(settings.apps) - apps.keys():
        known = ", ".join(apps) or "none"
        raise SettingsError([f"APPS: no app is named {name}; the apps are: {known}" for name in sorted(unknown)])
    served = [app for name, app in apps.items() if not settings.apps or name in settings.apps]
    return Project(settings, (CONSOLE, *served))


def load_app(name: str) -> AnyApp:
    """Import `apps/<name>/__init__.py` and return the `app` that it declares; raises SettingsError if it has none."""
    if find_spec(f"apps.{name}") is None:
        raise SettingsError([f"the project lists the app {name}, but there is no folder apps/{name}"])
    declared: object = getattr(import_module(f"apps.{name}"), "app", None)
    if not isinstance(declared, App):
        raise SettingsError([f"apps/{name}/__init__.py declares no `app`"])
    return declared


def compose(project: Project) -> Composition:
    """Open the extensions for the project's apps; they connect when they are first used."""
    settings = project.settings
    if not settings.worker_queues:
        settings = settings.model_copy(update={"worker_queues": queues_of(project.messages.values())})
    return Composition(open_extensions(settings), project.apps)
