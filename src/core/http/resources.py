"""The seam to Flask-RESTX: resources typed by their service, methods typed by their inputs and answers.

Flask-RESTX routes and documents; pydantic parses and serialises, which is many times faster than restx's own marshal.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import flask_restx
from flask import Response, make_response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from werkzeug.datastructures import FileStorage

from core.http.event_streams import Poll, Streams
from core.http.idempotency import SAFE_METHODS, begin, finish, keyed_request
from core.http.operations import FILE, Operation, operation_of, with_operation
from core.http.parsing import parse_body, parse_file, parse_form, parse_query
from core.http.preconditions import parse_if_match, require_if_match
from core.jobs.enqueue import Origin
from core.jobs.views import JobView
from core.observability.logging import current_request_id
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

S = TypeVar("S")
B = TypeVar("B", bound=BaseModel)
P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound="Resource[Any]")
Versions = frozenset[int] | None
Method = TypeVar("Method", bound=Callable[..., Response])
Injects = Callable[[Callable[Concatenate[R, T, P], Response]], Callable[Concatenate[R, P], Response]]


class Resource(flask_restx.Resource, Generic[S]):
    """The methods of a URL: one instance per request, with the service opened on the request's unit of work."""

    service: S

    def __init__(
        self,
        api: flask_restx.Api | None = None,
        *,
        units: UnitOfWorkFactory,
        streams: Streams,
        open_service: Callable[[UnitOfWork], S],
    ) -> None:
        super().__init__(api)
        self.units = units
        self._streams = streams
        self._open_service = open_service

    def dispatch_request(self, **arguments: Any) -> ResponseReturnValue:
        """Answer in one unit of work, which commits unless the method raises; once for each Idempotency-Key."""
        if request.mimetype == "multipart/form-data":
            request.max_content_length = self.units.settings.max_upload_bytes
        keyed = keyed_request(request)
        origin = Origin(current_request_id(), is_of_client=True)
        with self.units.open(read_only=request.method in SAFE_METHODS, origin=origin) as unit:
            self.service = self._open_service(unit)
            if keyed is None:
                return super().dispatch_request(**arguments)
            if first := begin(unit.session, unit.policy, keyed):
                return first
            response = make_response(super().dispatch_request(**arguments))
            finish(unit.session, keyed, response)
            return response

    @contextmanager
    def opened(self) -> Iterator[S]:
        """The service on a read-only unit of work of its own: for a stream, which outlives the request's unit."""
        with self.units.open(read_only=True) as unit:
            yield self._open_service(unit)

    def stream(self, poll: Callable[[], Poll]) -> Response:
        """Answer with server-sent events until the client disconnects; Unavailable if no slot is free."""
        return self._streams.respond(poll, request.environ.get("gunicorn.socket"))


def body(model: type[B]) -> Injects[R, B, P]:
    """Inject the JSON body as this model; 415 for another media type, 400 if it is not JSON, 422 if it is invalid."""
    return _injects(lambda: parse_body(request, model), lambda operation: replace(operation, body=model))


def query(model: type[B]) -> Injects[R, B, P]:
    """Inject the query string as this model; 422 for unknown or invalid parameters."""
    return _injects(lambda: parse_query(request, model), lambda operation: replace(operation, query=model))


def if_match(method: Callable[Concatenate[R, Versions, P], Response]) -> Callable[Concatenate[R, P], Response]:
    """Inject the versions that If-Match accepts (None: any); 428 if the header is missing, 412 if none can match."""
    inject: Injects[R, Versions, P] = _injects(
        lambda: require_if_match(request), lambda operation: replace(operation, if_match="must")
    )
    return inject(method)


def if_match_sent(method: Callable[Concatenate[R, Versions, P], Response]) -> Callable[Concatenate[R, P], Response]:
    """Inject the versions that If-Match accepts (None: any, also without the header); 412 if none can match."""
    inject: Injects[R, Versions, P] = _injects(
        lambda: parse_if_match(request), lambda operation: replace(operation, if_match="may")
    )
    return inject(method)


def upload(
    model: type[B],
) -> Callable[
    [Callable[Concatenate[R, FileStorage, B, P], Response]],
    Callable[Concatenate[R, P], Response],
]:
    """Inject the uploaded file (field `file`) and the form's other fields; 413 above MAX_UPLOAD_BYTES."""

    def decorate(
        method: Callable[Concatenate[R, FileStorage, B, P], Response],
    ) -> Callable[Concatenate[R, P], Response]:
        @wraps(method)
        def parsed(self: R, /, *args: P.args, **kwargs: P.kwargs) -> Response:
            file = parse_file(request, FILE)
            return method(self, file, parse_form(request, model), *args, **kwargs)

        return with_operation(parsed, replace(operation_of(method), form=model))

    return decorate


def responds(model: type[BaseModel] | None, status: int = 200, text: str = "Success") -> Callable[[Method], Method]:
    """Document an answer of the method."""

    def decorate(method: Method) -> Method:
        operation = operation_of(method)
        return with_operation(method, replace(operation, answers=(*operation.answers, (status, model, text))))

    return decorate


def reply(model: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer with this model as its JSON body."""
    return Response(model.model_dump_json(), status, headers, mimetype="application/json")


def accepted(job: JobView) -> Response:
    """A 202 with the job, and its URL in Location."""
    return reply(job, HTTPStatus.ACCEPTED, {"Location": f"/jobs/{job.id}"})


def no_content() -> Response:
    """A 204."""
    return Response(status=204)


class Routes(Generic[S]):
    """The URLs of one app, below `/<name>`; a resource of another service does not type-check."""

    def __init__(self, name: str, description: str, path: str | None = None) -> None:
        self.name = name
        self.description = description
        self.path = f"/{name}" if path is None else path
        self.resources: list[tuple[type[Resource[S]], tuple[str, ...]]] = []

    def __call__(self, *urls: str) -> Callable[[type[Resource[S]]], type[Resource[S]]]:
        """Serve a resource at these URLs, relative to the app's path."""

        def add(resource: type[Resource[S]]) -> type[Resource[S]]:
            self.resources.append((resource, urls))
            return resource

        return add


def _injects(parse: Callable[[], T], record: Callable[[Operation], Operation]) -> Injects[R, T, P]:
    def decorate(method: Callable[Concatenate[R, T, P], Response]) -> Callable[Concatenate[R, P], Response]:
        @wraps(method)
        def parsed(self: R, /, *args: P.args, **kwargs: P.kwargs) -> Response:
            return method(self, parse(), *args, **kwargs)

        return with_operation(parsed, record(operation_of(method)))

    return decorate
