"""There is no login, so a page of another site must not act through a visitor's browser."""

import pytest
from flask.testing import FlaskClient

from tests.core.marks import on_sqlite

pytestmark = on_sqlite
PATHS = ("/jobs/retry", "/ui/jobs/retry", "/toy/notes")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://["},
        {"Origin": "http://[::1"},
        {"Origin": "http://localhost, http://localhost"},
        {"Origin": "\xff\x00\x1b[31m"},
        {"Origin": "http://" + "a" * 70_000},
        {"Sec-Fetch-Site": "\xff", "Origin": "http://["},
    ],
)
def test_another_site_changes_nothing(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    answer = client.post(path, json={}, headers=headers)
    assert (answer.status_code, answer.get_json()["detail"]) == (403, "Pages of other sites may not send this request")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://behind-a-proxy.example"},
        {"Origin": "http://localhost"},
    ],
)
def test_our_own_pages_and_programs_do(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/toy/notes", json={"text": "a"}, headers=headers).status_code == 201


def test_another_site_may_link_to_us(client: FlaskClient) -> None:
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
