"""The API's documentation: valid Swagger 2.0 with the meaning of the pydantic models."""

import re

import pytest
from flask.testing import FlaskClient
from flask_restx.schemas import validate
from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from tests.core.marks import on_sqlite

Json = dict[str, JsonValue]


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
