"""The documentation of the routes: pydantic's JSON schemas converted to Swagger 2.0, which Flask-RESTX serves."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Literal

import flask_restx
from flask_restx import SchemaModel
from pydantic import BaseModel

from core.http.idempotency import HEADER, KEYED_METHODS
from core.http.operations import FILE, Operation, operation_of
from core.problems import Problem

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]
REFERENCE = "#/definitions/{model}"
SUFFIXES: dict[Mode, str] = {"validation": "Input", "serialization": "Output"}
LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern")
IDEMPOTENCY_KEY = {
    "in": "header",
    "type": "string",
    "required": False,
    "description": "1 to 255 visible ASCII characters; the same request with the same key gets the first answer",
}
DECIMAL = {"number", "string"}
SIMPLE_KEYS = ("type", "format", "enum", "default", "description", *LIMITS)


def document(api: flask_restx.Api, resource: type[flask_restx.Resource]) -> None:
    """Describe every method of the resource to Flask-RESTX."""
    for name in resource.methods or ():
        method: Callable[..., object] | None = getattr(resource, name.lower(), None)
        if method is not None:
            keyed = {HEADER: dict(IDEMPOTENCY_KEY)} if name in KEYED_METHODS else {}
            method.__dict__["__apidoc__"] = _description(api, operation_of(method), keyed)


def _description(api: flask_restx.Api, operation: Operation, headers: Schema) -> Schema:
    description: Schema = {
        "params": dict(_parameters(operation)) | headers,
        "responses": {
            str(status): (text, None if model is None else _model(api, model, "serialization"))
            for status, model, text in operation.answers
        }
        | {"default": ("A problem (RFC 9457)", _model(api, Problem, "serialization"))},
    }
    if operation.body is not None:
        description["expect"] = [_model(api, operation.body, "validation")]
    return description


def _parameters(operation: Operation) -> Iterator[tuple[str, Schema]]:
    if operation.form is not None:
        yield FILE, {"in": "formData", "type": "file", "required": True}
        yield from _fields(operation.form, "formData")
    if operation.query is not None:
        yield from _fields(operation.query, "query")
    if operation.if_match is not None:
        must = operation.if_match == "must"
        yield "If-Match", {"in": "header", "type": "string", "required": must, "description": "ETags, or *"}


def _fields(model: type[BaseModel], location: str) -> Iterator[tuple[str, Schema]]:
    schema = swagger_schema(model.model_json_schema(mode="validation"))
    for name, field in schema.get("properties", {}).items():
        resolved = schema.get("$defs", {}).get(str(field.get("$ref", "")).rpartition("/")[2], field)
        # The description of a shared type is about the type; the field's own one is about its use here.
        simple = {key: (resolved | field)[key] for key in SIMPLE_KEYS if key in resolved | field}
        yield name, {"type": "string"} | simple | {"in": location, "required": name in schema.get("required", ())}


def _model(api: flask_restx.Api, model: type[BaseModel], mode: Mode) -> SchemaModel:
    for suffix in ("", SUFFIXES[mode]):
        schemas = _schemas(model, mode, suffix)
        if all(name not in api.models or api.models[name].__schema__ == schema for name, schema in schemas.items()):
            for name, schema in schemas.items():
                api.add_model(name, SchemaModel(name, schema))
            return api.models[model.__name__ + suffix]
    raise ValueError(f"two different schemas are named {model.__name__}, or have parts of the same name: rename one")


# Cached, because many routes answer with the same model, and schemas are the slowest part of building the Flask object.
@cache
def _schemas(model: type[BaseModel], mode: Mode, suffix: str) -> Mapping[str, Schema]:
    schema = model.model_json_schema(ref_template=REFERENCE + suffix, mode=mode)
    # A recursive model is one of its own parts, and only that part is complete.
    parts = {model.__name__: schema} | schema.pop("$defs", {})
    return {name + suffix: swagger_schema(part) for name, part in parts.items()}


def swagger_schema(schema: Mapping[str, Any]) -> Schema:
    """A JSON schema as Swagger 2.0 expresses it, which has no null, no const and no numeric exclusive limits."""
    converted: Schema = {}
    for key, value in schema.items():
        convert = CONVERSIONS.get(key)
        converted |= {key: _convert_nested(value)} if convert is None else convert(key, value)
    return converted


def _convert_nested(value: Any) -> Any:
    if isinstance(value, dict):
        return swagger_schema(value)
    return [_convert_nested(item) for item in value] if isinstance(value, list) else value


def _convert_any_of(_key: str, choices: list[Schema]) -> Schema:
    real = [choice for choice in choices if choice.get("type") != "null"]
    nullable = {"x-nullable": True} if len(real) < len(choices) else {}
    types = list(dict.fromkeys(str(choice.get("type") or choice.get("$ref")).rpartition("/")[2] for choice in real))
    # Swagger 2.0 cannot express a union; the text describes it. A decimal number may be sent as a string as well.
    if types[1:] and set(types) != DECIMAL:
        return {"description": "one of: " + ", ".join(types)} | nullable
    return (swagger_schema(real[0]) if real else {}) | nullable


def _convert_limit(key: str, value: Any) -> Schema:
    return {"minimum" if key == "exclusiveMinimum" else "maximum": value, key: True}


CONVERSIONS: dict[str, Callable[[str, Any], Schema]] = {
    "default": lambda key, value: {} if value is None else {key: value},
    "anyOf": _convert_any_of,
    "const": lambda _key, value: {"enum": [value]},
    "examples": lambda _key, value: {"example": value[0]},
    "exclusiveMinimum": _convert_limit,
    "exclusiveMaximum": _convert_limit,
}
