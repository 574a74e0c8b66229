"""The project under test in the catalogue's tests: the catalogue alone, with batches of three rows."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from pydantic import JsonValue, TypeAdapter
from werkzeug.test import TestResponse

from apps.catalog import app
from apps.catalog.config import CatalogSettings
from core.app import AnyApp
from core.composition import Project
from core.config import Settings
from core.console import CONSOLE
from core.database import Document
from core.testing import RunJobs

BATCH_ROWS = 3
LARGEST_UPLOAD = 100_000
# For what no database has a say in; everything else runs on each kind.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DOCUMENT: TypeAdapter[Document] = TypeAdapter(Document)
ITEMS: TypeAdapter[list[Document]] = TypeAdapter(list[Document])


@pytest.fixture
def apps() -> tuple[AnyApp, ...]:
    """The catalogue, alone."""
    return (app,)


@pytest.fixture
def catalog_settings() -> CatalogSettings:
    """Batches so small that every limit is met."""
    return CatalogSettings(batch_rows=BATCH_ROWS)


@pytest.fixture
def project(settings: Settings, catalog_settings: CatalogSettings) -> Project:
    """The catalogue with files so small that every limit is met."""
    limited = settings.model_copy(update={"max_upload_bytes": LARGEST_UPLOAD})
    return Project(limited.with_sections(catalog_settings), (CONSOLE, app))


def document(response: TestResponse) -> Document:
    """The answer's JSON object."""
    return DOCUMENT.validate_json(response.data)


@dataclass(frozen=True)
class Shop:
    """A client that speaks the catalogue's language."""

    client: FlaskClient
    run_jobs: RunJobs

    def create(self, **fields: JsonValue) -> TestResponse:
        """Create a product, a lamp unless the fields say otherwise."""
        return self.client.post("/catalog/products", json={"sku": "L-1", "name": "Lamp", "price": "19.9"} | fields)

    def names(self, query: str = "") -> list[JsonValue]:
        """The names of the products on the first page."""
        return [item["name"] for item in self.products(query)]

    def products(self, query: str = "") -> list[Document]:
        """The products on the first page."""
        return ITEMS.validate_python(document(self.client.get(f"/catalog/products?{query}"))["items"])

    def upload(
        self, content: bytes | str, name: str = "products.csv", kind: str = "text/csv", **form: str
    ) -> TestResponse:
        """Send a file with this name, as a part of this content type."""
        data = content.encode() if isinstance(content, str) else content
        return self.client.post("/catalog/imports", data={"file": (io.BytesIO(data), name, kind)} | form)

    def bring_in(self, content: bytes | str, columns: Mapping[str, str] | None = None, **form: str) -> Document:
        """Send a file and run the job that it becomes; returns the job."""
        accepted = self.upload(content, columns=json.dumps(columns or {}), **form)
        assert accepted.status_code == 202, accepted.text
        self.run_jobs()
        return document(self.client.get(accepted.headers["Location"]))

    def counts(self, job: Document) -> tuple[JsonValue, ...]:
        """Created, updated, unchanged and rejected rows of a job that succeeded."""
        result = self.result(job)
        return tuple(result[name] for name in ("created", "updated", "unchanged", "rejected"))

    def rejections(self, job: Document) -> list[str]:
        """The lines of the list of rejected rows."""
        return self.client.get(f"/catalog/imports/{job['id']}/rejections").text.splitlines()

    def result(self, job: Document) -> Document:
        """The result of a job that succeeded."""
        assert job["state"] == "succeeded", job
        return DOCUMENT.validate_python(job["result"])


@pytest.fixture
def shop(client: FlaskClient, run_jobs: RunJobs) -> Shop:
    """A client with the catalogue's words."""
    return Shop(client, run_jobs)
