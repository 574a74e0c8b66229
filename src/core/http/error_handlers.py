"""Answers to what goes wrong: a problem for every refusal and every HTTP error, and a redirect to a URL's only form."""

from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, redirect, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, NotFound, PreconditionFailed, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from core.errors import Refusal, Unavailable
from core.observability.logging import current_request_id, logger
from core.problems import MEDIA_TYPE, Problem, headers_of, problem_of

FORM = "multipart/form-data"
COPIED_HEADERS = ("Allow", "Content-Range", "Location", "Retry-After", "WWW-Authenticate")
# The library's own sentences are written for people at a browser.
DETAILS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "The request cannot be parsed",
    HTTPStatus.NOT_FOUND: "There is nothing at this URL",
    HTTPStatus.METHOD_NOT_ALLOWED: "This URL does not support this method; Allow lists those that it supports",
    HTTPStatus.PRECONDITION_FAILED: "The resource does not match If-Match or If-Unmodified-Since",
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: "The resource has no such range",
}

log = logger(__name__)


def handle_errors(web: Flask) -> None:
    """Answer every error of this Flask object with a problem."""

    def not_found(error: NotFound) -> AnyResponse:
        return _redirect_without_slash(web) or _http_error(error)

    web.register_error_handler(Refusal, _refused)
    web.register_error_handler(ValidationError, _refused)
    web.register_error_handler(HTTPException, _http_error)
    web.register_error_handler(NotFound, not_found)
    web.after_request(_describe_precondition)


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """A problem as an answer, with the request's id in it."""
    identified = problem.model_copy(update={"request_id": current_request_id()})
    return Response(identified.body(), problem.status, headers, mimetype=MEDIA_TYPE)


def _refused(error: Exception) -> Response:
    if isinstance(error, Unavailable) and error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("unavailable", detail=error.detail, reason=error.reason)
    return problem_response(problem_of(error), headers_of(error))


def _http_error(error: HTTPException) -> Response:
    original = error.get_response()
    if original.status_code < HTTPStatus.BAD_REQUEST:
        return Response(original.response, original.status_code, original.headers)
    headers = {name: original.headers[name] for name in COPIED_HEADERS if name in original.headers}
    problem = Problem(title=error.name, status=original.status_code, detail=_detail(error))
    return problem_response(problem, headers)


def _detail(error: HTTPException) -> str | None:
    if isinstance(error, RequestEntityTooLarge):
        fields = f", and {request.max_form_memory_size} of a form's fields" if request.mimetype == FORM else ""
        return f"At most {request.max_content_length} bytes are read here{fields}"
    is_own = error.description != type(error).description
    return error.description if is_own else DETAILS.get(error.code or 0)


def _redirect_without_slash(web: Flask) -> AnyResponse | None:
    # Every URL has one form. Flask redirects to those that end with a slash by itself, and not to those without.
    path, urls = request.path.rstrip("/"), web.create_url_adapter(request)
    if request.url_rule or path in {"", request.path} or urls is None or not list(urls.allowed_methods(path)):
        return None
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    return redirect(quote(f"{request.root_path}{path}") + query, HTTPStatus.PERMANENT_REDIRECT)


def _describe_precondition(response: Response) -> Response:
    # Werkzeug's conditional answers change the status alone, and would keep the resource as their body.
    if response.status_code == HTTPStatus.PRECONDITION_FAILED and response.mimetype != MEDIA_TYPE:
        response.close()
        return _http_error(PreconditionFailed())
    return response
