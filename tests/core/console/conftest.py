"""Jobs in the ledger of the project under test."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from core.composition import Project, compose
from core.factory import build_app
from core.testing.services import free_port


@pytest.fixture
def cut_off(project: Project) -> Iterator[FlaskClient]:
    """A client of a service whose database is unavailable."""
    url = SecretStr(f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/nothing")
    composition = compose(replace(project, settings=project.settings.model_copy(update={"database_url": url})))
    yield build_app(composition).test_client()
    composition.extensions.close()
