"""Pydantic's schemas in Swagger 2.0: what it cannot express, and models of the same name."""

from decimal import Decimal
from typing import Annotated, Literal

import flask_restx
import pytest
from flask import Response
from pydantic import BaseModel, Field, JsonValue, TypeAdapter

from core.http.application import DocumentedApi
from core.http.resources import Resource, body, query, responds
from core.http.swagger import document, swagger_schema

Json = dict[str, JsonValue]


class Colour(BaseModel):
    """A colour."""

    name: str = "red"


class Lamp(BaseModel):
    """A lamp, which may hold other lamps; its price is sent as a number or a string, and answered as a string."""

    colour: Colour
    arms: list["Lamp"] = []
    watts: Annotated[int, Field(gt=0, lt=100)]
    price: Decimal
    note: str | None = None
    kind: Literal["desk"] = "desk"


class Filter(BaseModel):
    """Which lamps to list."""

    watts: Annotated[int | None, Field(gt=0, description="at least 1")] = None
    note: Annotated[str, Field(min_length=2, max_length=9, pattern="^[a-z]+$")] = "any"


class Lamps(Resource[str]):
    """Lamps."""

    @responds(Lamp, 201, "Hung")
    @query(Filter)
    @body(Lamp)
    def post(self, _lamp: Lamp, _filter: Filter) -> Response:
        """Hang a lamp."""
        raise NotImplementedError


def type_of(api: flask_restx.Api, model: str, field: str) -> JsonValue:
    properties = TypeAdapter(dict[str, Json]).validate_python(definition(api, model)["properties"])
    return properties[field]["type"]


def definition(api: flask_restx.Api, name: str) -> dict[str, object]:
    return api.models[name].__schema__


@pytest.mark.parametrize(
    "schema, converted",
    [
        ({"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}, {"type": "string", "x-nullable": True}),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, {"description": "one of: integer, string"}),
        ({"anyOf": [{"$ref": "#/definitions/A"}, {"$ref": "#/definitions/B"}]}, {"description": "one of: A, B"}),
        ({"anyOf": [{"type": "null"}]}, {"x-nullable": True}),
        ({"const": "desk"}, {"enum": ["desk"]}),
        ({"examples": [1, 2]}, {"example": 1}),
        ({"exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"exclusiveMaximum": 9}, {"maximum": 9, "exclusiveMaximum": True}),
        ({"items": {"const": 1}, "default": []}, {"items": {"enum": [1]}, "default": []}),
        ({"allOf": [{"const": 1}, 5]}, {"allOf": [{"enum": [1]}, 5]}),
    ],
)
def test_what_swagger_cannot_express_is_described(schema: Json, converted: Json) -> None:
    assert swagger_schema(schema) == converted


def test_inputs_and_answers_have_two_schemas_if_they_differ() -> None:
    api = DocumentedApi(doc="/docs")
    document(api, Lamps)
    assert (type_of(api, "LampInput", "price"), type_of(api, "Lamp", "price")) == ("number", "string")
    assert "#/definitions/ColourInput" in str(definition(api, "LampInput"))


def test_a_recursive_model_is_complete() -> None:
    api = DocumentedApi(doc="/docs")
    document(api, Lamps)
    assert "properties" in definition(api, "Lamp")


def test_the_limits_of_a_querys_fields_are_documented() -> None:
    api = DocumentedApi(doc="/docs")
    document(api, Lamps)
    described: dict[str, dict[str, Json]] = Lamps.post.__dict__["__apidoc__"]
    assert described["params"]["watts"] | {"minimum": 0, "exclusiveMinimum": True} == described["params"]["watts"]
    assert described["params"]["note"]["maxLength"] == 9


def test_two_schemas_of_one_name_are_refused() -> None:
    api = DocumentedApi(doc="/docs")
    api.add_model("Lamp", flask_restx.SchemaModel("Lamp", {"type": "string"}))
    api.add_model("LampOutput", flask_restx.SchemaModel("LampOutput", {"type": "string"}))
    with pytest.raises(ValueError, match="two different schemas are named Lamp"):
        document(api, Lamps)
