"""Parsing at the door: JSON bodies, query strings, forms and preconditions become values, or a refusal."""

import json
import re
from contextlib import suppress
from typing import TypeVar

from flask import Request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import PreconditionRequired, UnsupportedMediaType

from core.errors import Invalid, Malformed, Refusal, Stale, Violation
from core.problems import violations

B = TypeVar("B", bound=BaseModel)
# No control characters, halves of letters or parts of a path, on any system.
FILENAME = re.compile(r"(?!\.{1,2}$)[^\x00-\x1f\x7f/\\\ud800-\udfff]{1,255}")
FILENAME_RULE = "a file's name is 1 to 255 characters, without control characters, / and \\"
VERSION = re.compile("[0-9]{1,18}")


def parse_body(request: Request, model: type[B]) -> B:
    """The JSON body as a model: 415 for another media type, 400 where it is not JSON, 422 where it does not fit."""
    if not request.is_json:
        raise UnsupportedMediaType("Send JSON, with Content-Type: application/json")
    data = _whole_body(request)
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise _refusal(error, data, model) from error


def parse_query(request: Request, model: type[B]) -> B:
    """The query string as a model; a parameter that the model does not know is refused with the others."""
    return _parse_fields(request.args, model, "The query does not fit", "?")


def parse_form(request: Request, model: type[B]) -> B:
    """A form's fields as a model; its files are for `parse_file`."""
    return _parse_fields(request.form, model, "The form does not fit", "")


def parse_file(request: Request, name: str) -> FileStorage:
    """The uploaded file of this field; its name is one that every database and file system takes."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType(f"Send multipart/form-data, with the file in the field '{name}'")
    found = request.files.get(name)
    if found is None or not found.filename:
        raise Invalid("No file was sent", (Violation(name, "the field is missing, or it is not a file"),))
    if not FILENAME.fullmatch(found.filename):
        raise Invalid("The file's name does not fit", (Violation(name, FILENAME_RULE),))
    return found


def parse_if_match(request: Request) -> int | None:
    """The version that the caller read, from If-Match; None for `*`, and where the header is missing."""
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    versions = {int(tag) for tag in request.if_match.as_set() if VERSION.fullmatch(tag)}
    if len(versions) != 1:
        raise Stale("None of the ETags in If-Match is one of this resource")
    return versions.pop()


def require_if_match(request: Request) -> int | None:
    """The same; 428 where the header is missing."""
    if "If-Match" not in request.headers:
        raise PreconditionRequired("Send If-Match with the ETag that you read, or * to overwrite")
    return parse_if_match(request)


def _refusal(error: ValidationError, data: bytes, model: type[BaseModel]) -> Refusal:
    first = error.errors(include_url=False)[0]
    if first["type"] != "json_invalid":
        return Invalid("The body does not fit its schema", violations(error))
    with suppress(ValueError, RecursionError):
        try:
            # Half a letter (one surrogate) is valid JSON; pydantic's parser refuses it without its place.
            model.model_validate(json.loads(data))
        except ValidationError as found:
            return Invalid("The body does not fit its schema", violations(found))
    return Malformed(first["msg"])


def _whole_body(request: Request) -> bytes:
    data = request.get_data()
    # Of a body without a length werkzeug returns what the limit lets through; reading on is what raises the 413.
    request.stream.read(1)
    return data


def _parse_fields(fields: MultiDict[str, str], model: type[B], detail: str, prefix: str) -> B:
    repeated = [Violation(prefix + name, "given more than once") for name, values in fields.lists() if len(values) > 1]
    if repeated:
        raise Invalid(detail, tuple(repeated))
    try:
        return model.model_validate(fields.to_dict())
    except ValidationError as error:
        raise Invalid(detail, violations(error, prefix)) from error
