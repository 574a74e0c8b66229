"""The Flask object before any app is added: request ids, one log event per request, and problems for every error."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from http import HTTPStatus
from urllib.parse import urlsplit

import flask_restx
from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from opentelemetry.trace import SpanKind, get_current_span
from structlog.contextvars import bind_contextvars, clear_contextvars
from werkzeug.exceptions import Forbidden

from core.config import Settings
from core.http.error_handlers import handle_errors
from core.http.idempotency import SAFE_METHODS
from core.http.uploads import request_class
from core.observability.logging import accepted_request_id, current_request_id, logger
from core.observability.tracing import TRACEPARENT, Tracing, fail_span, start_span

REQUEST_ID_HEADER = "X-Request-ID"
STARTED = "golden.started"
SPAN = "golden.span"
OWN_SITES = frozenset({"same-origin", "none"})
QUIET_PATHS = ("/health/", "/metrics", "/swaggerui/", "/ui/static/")

log = logger(__name__)


class DocumentedApi(flask_restx.Api):
    """Flask-RESTX's API, without its error handling and its front page."""

    def error_router(
        self, original_handler: Callable[[Exception], ResponseReturnValue], e: Exception
    ) -> ResponseReturnValue:
        """Let Flask log and signal a failure once, in restx's resources as in other views."""
        return original_handler(e)


def build_web(settings: Settings, title: str) -> Flask:
    """A Flask object whose every error is a problem; it serves no files of its own."""
    web = Flask(title, static_folder=None)
    web.request_class = request_class(settings.upload_folder)
    web.debug, web.testing = settings.debug, settings.environment == "test"
    web.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        PROPAGATE_EXCEPTIONS=False,
        RESTX_MASK_SWAGGER=False,
        RESTX_INCLUDE_ALL_MODELS=True,  # restx does not see which models our schemas refer to
    )
    web.before_request(_begin)
    web.before_request(_refuse_other_sites)
    web.after_request(_end)
    web.teardown_request(_clear_context)
    handle_errors(web)
    return web


def trace_requests(web: Flask, tracing: Tracing) -> None:
    """Make a span of each request, as a child of the client's; it is named by its route, because URLs contain data."""

    def begin() -> None:
        route = request.url_rule.rule if request.url_rule else "other"
        attributes: dict[str, str | int] = {"request_id": current_request_id() or ""}
        stack = request.environ[SPAN] = ExitStack()
        parent = request.headers.get(TRACEPARENT)
        stack.enter_context(start_span(tracing, SpanKind.SERVER, f"{request.method} {route}", parent, attributes))

    tracing.start()
    web.before_request(begin)
    web.after_request(_set_span_status)
    web.teardown_request(_end_span)


def _begin() -> None:
    clear_contextvars()
    bind_contextvars(request_id=accepted_request_id(request.headers.get(REQUEST_ID_HEADER)))
    request.environ[STARTED] = time.perf_counter()


def _refuse_other_sites() -> None:
    # There is no login, so nothing else protects a visitor from the page of another site that sends a form here.
    if request.method in SAFE_METHODS:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in OWN_SITES if site is not None else origin is not None and not _is_own(origin):
        raise Forbidden("Pages of other sites may not send this request")


def _is_own(origin: str) -> bool:
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:
        return False


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


def _set_span_status(response: Response) -> Response:
    get_current_span().set_attribute("http.response.status_code", response.status_code)
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        fail_span(response.status)
    return response


def _end_span(_error: BaseException | None) -> None:
    stack: object = request.environ.pop(SPAN, None)
    if isinstance(stack, ExitStack):
        stack.close()


def _clear_context(_error: BaseException | None) -> None:
    # The thread serves further requests, and what it logs between two of them belongs to neither.
    clear_contextvars()
