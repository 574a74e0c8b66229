"""The API's documentation: valid Swagger 2.0 with the meaning of the pydantic models."""

import re
from decimal import Decimal
from typing import Annotated, Literal

import flask_restx
import pytest
from flask import Response
from flask.testing import FlaskClient
from flask_restx.schemas import validate
from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from core.http.application import DocumentedApi
from core.http.resources import Resource, body, query, responds
from core.http.swagger import document, swagger_schema
from tests.core.marks import on_sqlite

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


class Parameter(BaseModel):
    """A parameter in the documentation."""

    model_config = ConfigDict(extra="allow")

    name: str
    location: str = Field(alias="in")
    required: bool
    enum: list[str] = []
    description: str = ""


class Operation(BaseModel):
    """An operation in the documentation."""

    summary: str
    parameters: list[Parameter] = []
    responses: dict[str, Json]
    consumes: list[str] = []


class Documentation(BaseModel):
    """The whole document; a path has operations and parameters."""

    paths: dict[str, dict[str, Operation | list[Json]]]

    def operation(self, verb: str, path: str) -> Operation:
        """One operation."""
        operation = self.paths[path][verb]
        assert isinstance(operation, Operation)
        return operation


def documentation(client: FlaskClient) -> Documentation:
    return Documentation.model_validate_json(client.get("/swagger.json").data)


def type_of(api: flask_restx.Api, model: str, field: str) -> JsonValue:
    properties = TypeAdapter(dict[str, Json]).validate_python(definition(api, model)["properties"])
    return properties[field]["type"]


def definition(api: flask_restx.Api, name: str) -> dict[str, object]:
    return api.models[name].__schema__


@on_sqlite
def test_the_documentation_is_valid_swagger(client: FlaskClient) -> None:
    spec = TypeAdapter(Json).validate_json(client.get("/swagger.json").data)
    assert validate(spec)
    assert spec["swagger"] == "2.0"


@on_sqlite
def test_every_model_that_the_documentation_refers_to_is_in_it(client: FlaskClient) -> None:
    text = client.get("/swagger.json").text
    assert set(re.findall(r'"#/definitions/(\w+)"', text)) == set(client.get("/swagger.json").get_json()["definitions"])


@on_sqlite
@pytest.mark.parametrize("path", ["/docs", "/swaggerui/swagger-ui.css", "/swaggerui/swagger-ui-bundle.js"])
def test_the_documentations_page_needs_no_other_site(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        assert answer.status_code == 200


@on_sqlite
def test_every_operation_is_documented_with_its_problem(client: FlaskClient) -> None:
    members = [member for path in documentation(client).paths.values() for member in path.values()]
    operations = [member for member in members if isinstance(member, Operation)]
    assert len(operations) >= 6
    assert all(operation.summary and "default" in operation.responses for operation in operations)


@on_sqlite
def test_an_upload_is_documented_as_a_file(client: FlaskClient) -> None:
    operation = documentation(client).operation("post", "/toy/files")
    assert operation.consumes == ["multipart/form-data"]
    fields = [(field.name, field.location, field.required) for field in operation.parameters]
    assert fields == [("file", "formData", True), ("tag", "formData", False), ("Idempotency-Key", "header", False)]


@on_sqlite
def test_a_precondition_is_documented_as_a_header(client: FlaskClient) -> None:
    for verb, is_required in (("put", True), ("delete", False)):
        (parameter,) = documentation(client).operation(verb, "/toy/versions").parameters
        assert (parameter.name, parameter.location, parameter.required) == ("If-Match", "header", is_required)


@on_sqlite
def test_the_idempotency_key_is_documented_for_the_methods_that_it_concerns(client: FlaskClient) -> None:
    def headers(verb: str) -> list[str]:
        parameters = documentation(client).operation(verb, "/toy/answers").parameters
        return [parameter.name for parameter in parameters if parameter.location == "header"]

    assert (headers("post"), headers("patch"), headers("put")) == (["Idempotency-Key"], ["Idempotency-Key"], [])


@on_sqlite
@pytest.mark.parametrize(
    "path, title",
    [
        ("/jobs/retry", "Retry jobs in bulk"),
        ("/jobs/{job_id}/cancel", "Cancel a job"),
        ("/jobs/{job_id}/retry", "Retry a job"),
        ("/schedules/{name}/{action}", "Change a schedule: pause it, resume it, or run it now"),
    ],
)
def test_operations_are_titled_by_what_they_do(client: FlaskClient, path: str, title: str) -> None:
    assert documentation(client).operation("post", path).summary == title


@on_sqlite
def test_an_enumerated_parameter_keeps_its_own_description(client: FlaskClient) -> None:
    parameters = documentation(client).operation("get", "/jobs").parameters
    state = next(parameter for parameter in parameters if parameter.name == "state")
    assert "queued" in state.enum
    assert state.description == "only jobs in this state"


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
