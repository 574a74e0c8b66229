"""What an app declares: its name, its service, and the routes, tasks, schedule, settings and tables that it has."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, Generic, TypeVar

import flask_restx

from core.config import Section
from core.database.branch import Branch
from core.http.event_streams import Streams
from core.http.resources import Routes
from core.http.swagger import document
from core.jobs.messages import Every
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from core.worker.tasks import BoundTask, Task

S = TypeVar("S")


@dataclass(frozen=True)
class App(Generic[S]):
    """The declaration of an app. Its routes and tasks must use the service S, or it does not type-check."""

    name: str
    open_service: Callable[[UnitOfWork], S]
    routes: Routes[S] | None = None
    tasks: Sequence[Task[S]] = ()
    schedule: Sequence[Every] = ()
    settings: type[Section] | None = None
    branch: Branch | None = None

    def serve(self, api: flask_restx.Api, units: UnitOfWorkFactory, streams: Streams) -> None:
        """Add the app's routes to the API."""
        if self.routes is None:
            return
        namespace = flask_restx.Namespace(self.routes.name, self.routes.description, path=self.routes.path)
        arguments = {"units": units, "streams": streams, "open_service": self.open_service}
        for resource, urls in self.routes.resources:
            document(api, resource)
            namespace.add_resource(resource, *urls, resource_class_kwargs=arguments)
        api.add_namespace(namespace)

    def bound_tasks(self) -> dict[str, BoundTask]:
        """The app's tasks by wire name, bound to its service."""
        return {task.message.wire_name: task.bind(self.open_service) for task in self.tasks}


AnyApp = App[Any]


def find_conflicts(names: Sequence[str], apps: Mapping[str, AnyApp]) -> list[str]:
    """What is wrong with the declarations of the apps, which are listed by folder; one sentence for each mistake."""
    repeated = [f"the project lists the app {name} twice" for name in apps if names.count(name) > 1]
    misnamed = [sentence for name, app in apps.items() for sentence in _misnamed(name, app)]
    return [*repeated, *misnamed, *_declared_twice(apps), *_mixed_tables(apps)]


def _misnamed(name: str, app: AnyApp) -> Iterator[str]:
    declared = {"app": app.name, "branch": app.branch.name if app.branch else name}
    for kind, declared_name in declared.items():
        if declared_name != name:
            yield f"apps/{name}/__init__.py declares the {kind} {declared_name}: its name must be the folder's, {name}"


def _declared_twice(apps: Mapping[str, AnyApp]) -> Iterator[str]:
    owners = defaultdict(list)
    for name, app in apps.items():
        for declaration in _declarations(app):
            owners[declaration].append(name)
    for declaration, names in owners.items():
        if len(names) > 1:
            yield f"{declaration} is declared more than once: in apps/{' and apps/'.join(sorted(names))}"


def _mixed_tables(apps: Mapping[str, AnyApp]) -> Iterator[str]:
    branches = [app.branch for app in apps.values() if app.branch is not None]
    for branch, other in permutations(branches, 2):
        if branch.owns(other.name):
            yield f"the tables of {other.name} would belong to {branch.name}, whose tables are named {branch.name}_*"


def _declarations(app: AnyApp) -> Iterator[str]:
    yield from (f"the job {task.message.wire_name}" for task in app.tasks)
    yield from (f"the schedule {every.key}" for every in app.schedule)
    if app.routes is not None:
        yield f"the path {app.routes.path}"
    if app.settings is not None:
        yield f"the settings {app.settings.model_config.get('env_prefix', '')}*"
