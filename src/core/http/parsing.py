"""Parsing: JSON bodies, query strings, forms and files become values, or a refusal."""

import json
import re
from contextlib import suppress
from typing import TypeVar

from flask import Request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import UnsupportedMediaType

from core.errors import Invalid, Malformed, Refusal, Violation
from core.problems import violations

B = TypeVar("B", bound=BaseModel)
# No control characters, single surrogates or parts of a path, on any system.
FILENAME = re.compile(r"(?!\.{1,2}$)[^\x00-\x1f\x7f/\\\ud800-\udfff]{1,255}")
FILENAME_RULE = "a file's name is 1 to 255 characters, without control characters, / and \\"


def parse_body(request: Request, model: type[B]) -> B:
    """The JSON body as a model: 415 for another media type, 400 if it is not JSON, 422 if it does not match."""
    if not request.is_json:
        raise UnsupportedMediaType("Send JSON, with Content-Type: application/json")
    data = _read_body(request)
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise _refusal(error, data, model) from error


def parse_query(request: Request, model: type[B]) -> B:
    """The query string as a model; unknown parameters are refused together with invalid ones."""
    return _parse_fields(request.args, model, "The query does not match its schema", "?")


def parse_form(request: Request, model: type[B]) -> B:
    """A form's fields as a model; `parse_file` reads its files."""
    return _parse_fields(request.form, model, "The form does not match its schema", "")


def parse_file(request: Request, name: str) -> FileStorage:
    """The uploaded file of this field, with a file name that every database and file system accepts."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType(f"Send multipart/form-data, with the file in the field '{name}'")
    file = request.files.get(name)
    if file is None or not file.filename:
        raise Invalid("No file was sent", (Violation(name, "the field is missing, or it is not a file"),))
    if not FILENAME.fullmatch(file.filename):
        raise Invalid("The file's name is invalid", (Violation(name, FILENAME_RULE),))
    return file


def _refusal(error: ValidationError, data: bytes, model: type[BaseModel]) -> Refusal:
    first = error.errors(include_url=False)[0]
    if first["type"] != "json_invalid":
        return Invalid("The body does not match its schema", violations(error))
    with suppress(ValueError, RecursionError):
        try:
            # A single surrogate is valid JSON, and pydantic's parser does not say where it is.
            model.model_validate(json.loads(data))
        except ValidationError as located:
            return Invalid("The body does not match its schema", violations(located))
    return Malformed(first["msg"])


def _read_body(request: Request) -> bytes:
    data = request.get_data()
    # Werkzeug cuts a body without a length at the limit; only reading on raises the 413.
    request.stream.read(1)
    return data


def _parse_fields(fields: MultiDict[str, str], model: type[B], detail: str, prefix: str) -> B:
    repeated = [Violation(prefix + name, "sent more than once") for name, values in fields.lists() if len(values) > 1]
    if repeated:
        raise Invalid(detail, tuple(repeated))
    try:
        return model.model_validate(fields.to_dict())
    except ValidationError as error:
        raise Invalid(detail, violations(error, prefix)) from error
