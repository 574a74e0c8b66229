"""What an app is: a name, a service, and the doors that lead to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import flask_restx

from core.branch import Branch
from core.config import Section
from core.messages import Every
from core.rest import Routes
from core.streams import Streams
from core.swagger import document
from core.tasks import BoundTask, Task
from core.unit import Unit, Units

S = TypeVar("S")


@dataclass(frozen=True)
class App(Generic[S]):
    """The declaration of an app; every door must be one of the same service, or it does not type-check."""

    name: str
    open_service: Callable[[Unit], S]
    routes: Routes[S] | None = None
    tasks: Sequence[Task[S]] = ()
    schedule: Sequence[Every] = ()
    settings: type[Section] | None = None
    branch: Branch | None = None

    def serve(self, api: flask_restx.Api, units: Units, streams: Streams) -> None:
        """Put the app's URLs under the API."""
        if self.routes is None:
            return
        namespace = flask_restx.Namespace(self.routes.name, self.routes.description, path=self.routes.path)
        given = {"units": units, "streams": streams, "open_service": self.open_service}
        for resource, urls in self.routes.resources:
            document(api, resource)
            namespace.add_resource(resource, *urls, resource_class_kwargs=given)
        api.add_namespace(namespace)

    def bound_tasks(self) -> dict[str, BoundTask]:
        """The app's tasks by wire name, each with its service."""
        return {task.message.wire_name: task.bind(self.open_service) for task in self.tasks}


AnyApp = App[Any]
