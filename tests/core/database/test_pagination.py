"""Pages: every row is shown once and in its place, whatever is written meanwhile."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from sqlalchemy import delete, insert, select

from core.database.engine import Database
from core.database.pagination import Order, PageQuery, read_page
from core.errors import Malformed
from tests.core.marks import on_sqlite
from tests.core.toy.models import Note

KEY = SecretStr("signs the cursors of these tests")
TEXTS = st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=3), max_size=15)


def write(database: Database, texts: Sequence[str]) -> None:
    with database.transaction() as session:
        session.add_all(Note(text=text) for text in texts)


def empty(database: Database) -> None:
    with database.transaction() as session:
        session.execute(delete(Note))


def page(
    database: Database, order: Order, limit: int, cursor: str | None, key: SecretStr = KEY
) -> tuple[list[tuple[str, int]], str | None]:
    query = PageQuery(limit=limit, cursor=cursor)
    with database.transaction(read_only=True) as session:
        found = read_page(session, select(Note), order, query, key)
    return [(note.text, note.id) for note in found.rows], found.next


def by_text(*, descending: bool = False) -> Order:
    return Order(Note.text, Note.id, descending=descending)


def walked(database: Database, order: Order, limit: int, meanwhile: Sequence[str]) -> list[tuple[str, int]]:
    """Every row, page by page, with another row written before each next page."""
    rows, cursor = page(database, order, limit, None)
    written = iter(meanwhile)
    while cursor is not None:
        write(database, [text for text in [next(written, None)] if text is not None])
        more, cursor = page(database, order, limit, cursor)
        rows += more
    return rows


@on_sqlite
@given(texts=TEXTS, meanwhile=TEXTS, limit=st.integers(1, 6), descending=st.booleans())
@hypothesis_settings(
    deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_pages_are_the_whole_list_in_its_order_while_rows_are_written(
    database: Database, texts: list[str], meanwhile: list[str], limit: int, descending: bool
) -> None:
    empty(database)
    write(database, texts)
    before = set(page(database, by_text(), 200, None)[0])
    rows = walked(database, by_text(descending=descending), limit, meanwhile)
    assert rows == sorted(set(rows), key=lambda row: (row[0].encode(), row[1]), reverse=descending)
    assert before <= set(rows)


def test_pages_are_the_same_on_each_database(database: Database) -> None:
    write(database, ["b", "a", "c", "a", "b", "a"])
    assert [text for text, _ in walked(database, by_text(), 2, [])] == ["a", "a", "a", "b", "b", "c"]
    assert [text for text, _ in walked(database, by_text(descending=True), 4, [])] == ["c", "b", "b", "a", "a", "a"]


@on_sqlite
def test_a_last_page_has_no_next(database: Database) -> None:
    write(database, ["a", "b"])
    assert page(database, by_text(), 2, None)[1] is None
    assert page(database, by_text(), 1, None)[1] is not None


@on_sqlite
def test_a_cursor_of_another_list_is_refused(database: Database) -> None:
    write(database, ["a", "b"])
    cursor = page(database, by_text(), 1, None)[1]
    for order, key in [
        (by_text(descending=True), KEY),
        (Order(Note.id, Note.id), KEY),
        (by_text(), SecretStr("another key")),
    ]:
        with pytest.raises(Malformed):
            page(database, order, 1, cursor, key)


@on_sqlite
@pytest.mark.parametrize("cursor", ["", "x", "W10.x", "..", "ä", "\0", "x" * 5000])
def test_an_invented_cursor_is_refused(database: Database, cursor: str) -> None:
    with pytest.raises(Malformed):
        page(database, by_text(), 1, cursor)


@on_sqlite
def test_a_cursor_that_was_changed_is_refused(database: Database) -> None:
    write(database, ["a", "b"])
    cursor = page(database, by_text(), 1, None)[1] or ""
    with pytest.raises(Malformed):
        page(database, by_text(), 1, ("X" if cursor[0] != "X" else "Y") + cursor[1:])


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_a_page_has_its_limits(limit: int) -> None:
    with pytest.raises(ValidationError):
        PageQuery(limit=limit)


@on_sqlite
def test_a_page_is_at_most_as_long_as_its_limit(database: Database) -> None:
    with database.transaction() as session:
        session.execute(insert(Note), [{"text": f"{number:03}"} for number in range(250)])
    rows, cursor = page(database, by_text(), 200, None)
    assert (len(rows), len(page(database, by_text(), 200, cursor)[0])) == (200, 50)
