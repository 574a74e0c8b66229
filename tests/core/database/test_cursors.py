"""Cursors over columns that are not plain text or numbers."""

from flask.testing import FlaskClient

from core.composition import Composition
from tests.core.toy.messages import Sweep


def test_a_cursor_leads_on_in_a_list_that_is_sorted_by_moments(composition: Composition, client: FlaskClient) -> None:
    with composition.extensions.units.open() as unit:
        jobs = [str(unit.enqueue(Sweep())) for _ in range(3)]
    first = client.get("/jobs?limit=2").get_json()
    second = client.get(f"/jobs?limit=2&cursor={first['next']}").get_json()
    assert {job["id"] for page in (first, second) for job in page["items"]} == set(jobs)
    assert second["next"] is None
