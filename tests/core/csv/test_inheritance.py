"""Rows that leave out what the row above them has."""

import io

from hypothesis import given
from hypothesis import strategies as st

from core.csv import CsvFile, Fields, Row
from core.csv.rows import GROUPS

SHIRTS = """Handle,Title,Variant SKU,Variant Price,Image
shirt,Shirt,T-S,10.00,1.jpg
shirt,,T-M,,2.jpg
shirt,,,,3.jpg
hat,Hat,H-1,5,
shirt,,T-L,12,
,,X-1,1,
"""
COLUMNS = {"sku": "Variant SKU", "name": "Title", "price": "Variant Price"}


def opened(content: str, inherit: str | None) -> CsvFile:
    fields = Fields(("sku", "name", "price"), key="sku", columns=COLUMNS, inherit=inherit)
    return CsvFile.open(lambda: io.BytesIO(content.encode()), "utf-8", fields)


def values(rows: list[Row]) -> list[tuple[str | None, ...]]:
    return [tuple(row.values.get(name) for name in ("sku", "name", "price")) for row in rows]


def test_what_a_row_leaves_empty_comes_from_the_row_above_in_its_group() -> None:
    assert values(list(opened(SHIRTS, "handle").rows())) == [
        ("T-S", "Shirt", "10.00"),
        ("T-M", "Shirt", "10.00"),
        (None, None, None),
        ("H-1", "Hat", "5"),
        ("T-L", "Shirt", "12"),
        ("X-1", None, "1"),
    ]


def test_the_key_is_never_inherited_for_it_would_change_another_row() -> None:
    rows = list(opened("Handle,Title,Variant SKU,Variant Price\na,A,1,1\na,,,2\n", "Handle").rows())
    assert values(rows)[1] == (None, "A", "2")


def test_a_row_that_could_inherit_says_from_which_column() -> None:
    assert [row.group for row in opened(SHIRTS, None).rows()] == [None, "Handle", None, None, None, None]


@given(st.lists(st.tuples(st.sampled_from("ab,"), st.sampled_from("xy,"), st.sampled_from("12,")), max_size=9))
def test_a_file_that_is_read_from_any_row_on_has_the_same_values(cells: list[tuple[str, str, str]]) -> None:
    lines = [",".join(cell.strip(",") for cell in (group, name, "S", price)) for group, name, price in cells]
    file = opened("Handle,Title,Variant SKU,Variant Price\n" + "\n".join(lines), "Handle")
    whole = list(file.rows())
    assert [list(file.rows(skip)) for skip in range(len(whole))] == [whole[skip:] for skip in range(len(whole))]


def test_the_groups_that_are_remembered_are_bounded() -> None:
    others = "".join(f"{number},N,S{number},1\n" for number in range(GROUPS))
    rows = list(opened(f"Handle,Title,Variant SKU,Variant Price\na,A,1,1\n{others}a,,2,1\n", "Handle").rows())
    assert values(rows)[-1] == ("2", None, "1")
