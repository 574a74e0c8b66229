"""The Flask object before any app is in it: request ids, one log event per request, problems for every refusal."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from http import HTTPStatus
from urllib.parse import urlsplit

import flask_restx
from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from opentelemetry.trace import SpanKind, get_current_span
from pydantic import ValidationError
from structlog.contextvars import bind_contextvars, clear_contextvars
from werkzeug.exceptions import Forbidden, HTTPException, RequestEntityTooLarge

from core.config import Settings
from core.errors import Refusal, Unavailable
from core.http.uploads import request_class
from core.observability.logging import accepted_request_id, current_request_id, logger
from core.observability.tracing import TRACEPARENT, Tracing, fail_span, start_span
from core.problems import MEDIA_TYPE, Problem, problem_of

REQUEST_ID_HEADER = "X-Request-ID"
STARTED = "golden.started"
SPAN = "golden.span"
FORM = "multipart/form-data"
QUIET_PATHS = ("/health/", "/metrics", "/swaggerui/", "/ui/static/")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# The library's own sentences are for people before a browser.
DETAILS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read",
    HTTPStatus.NOT_FOUND: "There is nothing at this URL",
    HTTPStatus.METHOD_NOT_ALLOWED: "This URL does not take this method; Allow says which it takes",
}

log = logger(__name__)


class DocumentedApi(flask_restx.Api):
    """Flask-RESTX's API, leaving errors to Flask and the front page to whoever serves one."""

    def error_router(
        self, original_handler: Callable[[Exception], ResponseReturnValue], e: Exception
    ) -> ResponseReturnValue:
        """Let Flask log and signal a failure once, for our routes and restx's alike."""
        return original_handler(e)


def build_web(settings: Settings, title: str) -> Flask:
    """A Flask object that refuses everything politely; `import_name` is this package's, for it serves no files."""
    web = Flask(title, static_folder=None)
    web.request_class = request_class(settings.upload_folder)
    web.debug, web.testing = settings.debug, settings.environment == "test"
    web.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        PROPAGATE_EXCEPTIONS=False,
        RESTX_MASK_SWAGGER=False,
        RESTX_INCLUDE_ALL_MODELS=True,  # it does not see which models our schemas refer to
    )
    _surround(web)
    return web


def trace_requests(web: Flask, tracing: Tracing) -> None:
    """Make a span of each request, going on with its client's trace; named by the route, for the URL may tell more."""

    def begin() -> None:
        route = request.url_rule.rule if request.url_rule else "other"
        attributes: dict[str, str | int] = {"request_id": current_request_id() or ""}
        kept = request.environ[SPAN] = ExitStack()
        parent = request.headers.get(TRACEPARENT)
        kept.enter_context(start_span(tracing, SpanKind.SERVER, f"{request.method} {route}", parent, attributes))

    tracing.start()
    web.before_request(begin)
    web.after_request(_answered)
    web.teardown_request(_end_span)


def problem_response(problem: Problem) -> Response:
    """A problem as an answer, with the request's id in it."""
    told = problem.model_copy(update={"request_id": current_request_id()})
    return Response(told.body(), problem.status, mimetype=MEDIA_TYPE)


def _surround(web: Flask) -> None:
    web.before_request(_begin)
    web.before_request(_refuse_other_sites)
    web.after_request(_end)
    web.teardown_request(_forget)
    web.register_error_handler(Refusal, _refused)
    web.register_error_handler(ValidationError, _refused)
    web.register_error_handler(HTTPException, _http_error)


def _begin() -> None:
    clear_contextvars()
    bind_contextvars(request_id=accepted_request_id(request.headers.get(REQUEST_ID_HEADER)))
    request.environ[STARTED] = time.perf_counter()


def _refuse_other_sites() -> None:
    # There is no login to protect a visitor whose browser another site's page makes send something here.
    if request.method in SAFE_METHODS:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    is_other = site in {"cross-site", "same-site"} if site else origin and urlsplit(origin).netloc != request.host
    if is_other:
        raise Forbidden("A page of another site may not ask for this")


def _end(response: Response) -> Response:
    request_id = current_request_id()
    if request_id is not None:
        response.headers[REQUEST_ID_HEADER] = request_id
    if not request.path.startswith(QUIET_PATHS):
        seconds = time.perf_counter() - request.environ.get(STARTED, time.perf_counter())
        log.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
        )
    return response


def _answered(response: Response) -> Response:
    get_current_span().set_attribute("http.response.status_code", response.status_code)
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        fail_span(response.status)
    return response


def _end_span(_error: BaseException | None) -> None:
    kept: object = request.environ.pop(SPAN, None)
    if isinstance(kept, ExitStack):
        kept.close()


def _forget(_error: BaseException | None) -> None:
    # The thread lives on, and what it logs between two requests belongs to neither.
    clear_contextvars()


def _refused(error: Exception) -> Response:
    response = problem_response(problem_of(error))
    if isinstance(error, Unavailable):
        log.warning("unavailable", detail=error.detail, reason=error.reason)
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http_error(error: HTTPException) -> ResponseReturnValue:
    original = error.get_response()
    if original.status_code < HTTPStatus.BAD_REQUEST:
        return Response(original.response, original.status_code, original.headers)
    response = problem_response(Problem(title=error.name, status=original.status_code, detail=_detail(error)))
    for name in ("Allow", "Location", "Retry-After", "WWW-Authenticate"):
        if name in original.headers:
            response.headers[name] = original.headers[name]
    return response


def _detail(error: HTTPException) -> str | None:
    if isinstance(error, RequestEntityTooLarge):
        fields = f", and {request.max_form_memory_size} of a form's fields" if request.mimetype == FORM else ""
        return f"At most {request.max_content_length} bytes are read here{fields}"
    is_said_here = error.description != type(error).description
    return error.description if is_said_here else DETAILS.get(error.code or 0)
