"""Cells that a spreadsheet program would run are harmless, and come back as the text that they were."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.csv import read_cell, write_cell, write_rows

RISKY = st.text(st.sampled_from("=+-@\t\r\n'\"\uff1d1,a"), max_size=6)


@given(st.text() | RISKY)
def test_a_cell_that_was_written_is_read_as_the_text_that_it_was(text: str) -> None:
    assert read_cell(write_cell(text)) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", '="00123"', "'=1", "\uff1d1"]
)
def test_a_cell_that_a_program_would_run_begins_with_an_apostrophe(text: str) -> None:
    assert write_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Lamp", "-5", "-19.90", "-19,90", "it's", "'tis", "", "1=1"])
def test_any_other_cell_is_written_as_it_is(text: str) -> None:
    assert write_cell(text) == text


def test_what_excel_writes_for_a_text_is_the_text() -> None:
    assert [read_cell(cell) for cell in ('="00123"', '=""', '="a ""b"""')] == ["00123", "", 'a "b"']
    assert [read_cell(cell) for cell in ('="a"&"b"', "=A1", '="', "=")] == ['="a"&"b"', "=A1", '="', "="]


def test_written_rows_are_csv_in_utf_8() -> None:
    content = write_rows([["line", "reason"], [3, '=cmd|"ä"']])
    assert list(csv.reader(io.StringIO(content.decode(), newline=""))) == [["line", "reason"], ["3", '\'=cmd|"ä"']]
