"""The documentation of the routes: pydantic's JSON schemas, said in Swagger 2.0 as Flask-RESTX speaks it."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Literal

import flask_restx
from flask_restx import SchemaModel
from pydantic import BaseModel

from core.http.operations import FILE, Operation, operation_of
from core.problems import Problem

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]
REFERENCE = "#/definitions/{model}"
SUFFIXES: dict[Mode, str] = {"validation": "Input", "serialization": "Output"}
LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern")
DECIMAL = {"number", "string"}
SIMPLE_KEYS = ("type", "format", "enum", "default", "description", *LIMITS)


def document(api: flask_restx.Api, resource: type[flask_restx.Resource]) -> None:
    """Describe every method of the resource to Flask-RESTX."""
    for name in resource.methods or ():
        method: Callable[..., object] | None = getattr(resource, name.lower(), None)
        if method is not None:
            method.__dict__["__apidoc__"] = _described(api, operation_of(method))


def _described(api: flask_restx.Api, operation: Operation) -> Schema:
    described: Schema = {
        "params": dict(_parameters(operation)),
        "responses": {
            str(status): (text, None if model is None else _model(api, model, "serialization"))
            for status, model, text in operation.answers
        }
        | {"default": ("A problem (RFC 9457)", _model(api, Problem, "serialization"))},
    }
    if operation.body is not None:
        described["expect"] = [_model(api, operation.body, "validation")]
    return described


def _parameters(operation: Operation) -> Iterator[tuple[str, Schema]]:
    if operation.form is not None:
        yield FILE, {"in": "formData", "type": "file", "required": True}
        yield from _fields(operation.form, "formData")
    if operation.query is not None:
        yield from _fields(operation.query, "query")
    if operation.if_match is not None:
        must = operation.if_match == "must"
        yield "If-Match", {"in": "header", "type": "string", "required": must, "description": "the ETag that was read"}


def _fields(model: type[BaseModel], place: str) -> Iterator[tuple[str, Schema]]:
    schema = swagger_schema(model.model_json_schema(mode="validation"))
    for name, field in schema.get("properties", {}).items():
        resolved = schema.get("$defs", {}).get(str(field.get("$ref", "")).rpartition("/")[2], field)
        # A shared type is described for itself; the field says what it is here.
        simple = {key: (resolved | field)[key] for key in SIMPLE_KEYS if key in resolved | field}
        yield name, {"type": "string"} | simple | {"in": place, "required": name in schema.get("required", ())}


def _model(api: flask_restx.Api, model: type[BaseModel], mode: Mode) -> SchemaModel:
    for suffix in ("", SUFFIXES[mode]):
        schemas = _schemas(model, mode, suffix)
        if all(name not in api.models or api.models[name].__schema__ == schema for name, schema in schemas.items()):
            for name, schema in schemas.items():
                api.add_model(name, SchemaModel(name, schema))
            return api.models[model.__name__ + suffix]
    raise ValueError(f"two different schemas are called {model.__name__}, or share a part's name: rename one")


# A model is an answer of many routes, and its schema takes longer than everything else that builds an application.
@cache
def _schemas(model: type[BaseModel], mode: Mode, suffix: str) -> Mapping[str, Schema]:
    schema = model.model_json_schema(ref_template=REFERENCE + suffix, mode=mode)
    # A model that contains itself is among its own parts, and there it is whole.
    parts = {model.__name__: schema} | schema.pop("$defs", {})
    return {name + suffix: swagger_schema(part) for name, part in parts.items()}


def swagger_schema(schema: Mapping[str, Any]) -> Schema:
    """A JSON schema in the words of Swagger 2.0, which has no null, no const and no numeric exclusive limits."""
    said: Schema = {}
    for key, value in schema.items():
        say = _SAID.get(key)
        said |= {key: _said_deep(value)} if say is None else say(key, value)
    return said


def _said_deep(value: Any) -> Any:
    if isinstance(value, dict):
        return swagger_schema(value)
    return [_said_deep(item) for item in value] if isinstance(value, list) else value


def _said_any_of(_key: str, choices: list[Schema]) -> Schema:
    real = [choice for choice in choices if choice.get("type") != "null"]
    nullable = {"x-nullable": True} if len(real) < len(choices) else {}
    kinds = list(dict.fromkeys(str(choice.get("type") or choice.get("$ref")).rpartition("/")[2] for choice in real))
    # Of several types Swagger 2.0 can say one, half a lie, or none. A decimal number may come as a text as well.
    if kinds[1:] and set(kinds) != DECIMAL:
        return {"description": "one of: " + ", ".join(kinds)} | nullable
    return (swagger_schema(real[0]) if real else {}) | nullable


def _said_limit(key: str, value: Any) -> Schema:
    return {"minimum" if key == "exclusiveMinimum" else "maximum": value, key: True}


_SAID: dict[str, Callable[[str, Any], Schema]] = {
    "default": lambda key, value: {} if value is None else {key: value},
    "anyOf": _said_any_of,
    "const": lambda _key, value: {"enum": [value]},
    "examples": lambda _key, value: {"example": value[0]},
    "exclusiveMinimum": _said_limit,
    "exclusiveMaximum": _said_limit,
}
