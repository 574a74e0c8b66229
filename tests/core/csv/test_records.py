"""Records that cannot be read: each costs its own line, and neither a row behind it nor much time."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from core.csv.lines import RECORD_CHARACTERS
from core.csv.records import Record, read_records

GOOD = ["1,Lamp,1\n", "1,Lämp,\r\n", '1,15" lamp,1\n', '"1","La""mp",1\n', "1,Lamp,1\r"]
BAD = ['1,"Lamp,1\n', '"1,Lamp,1\r\n', '1,"15" lamp",1\n', '"1","La"mp",1\n', '1,Lamp,"1\r']


def records(text: str) -> list[Record]:
    return list(read_records(io.StringIO(text, newline=""), ","))


def read(text: str) -> list[int]:
    """The lines of the records that can be read."""
    return [record.line for record in records(text) if record.reason is None]


@settings(deadline=None)
@given(st.lists(st.sampled_from(GOOD + BAD), max_size=12))
def test_a_stray_quote_costs_its_own_line_and_no_other(lines: list[str]) -> None:
    found = records("".join(lines))
    assert [record.line for record in found] == list(range(1, len(lines) + 1))
    assert {record.line for record in found if record.reason} == {
        number for number, line in enumerate(lines, 1) if line in BAD
    }


def test_a_cell_of_several_lines_is_one_record_behind_a_stray_quote_too() -> None:
    found = records('a,"b\n1,"two\nlines",3\n2,"and\r\n\r\nmore",3\nc')
    assert [(record.line, record.cells) for record in found if record.reason is None] == [
        (2, ["1", "two\nlines", "3"]),
        (4, ["2", "and\r\n\r\nmore", "3"]),
        (7, ["c"]),
    ]


def test_a_quote_that_is_never_closed_takes_nothing_with_it_in_a_long_file() -> None:
    rows = "".join(f"{number},Lamp,1\n" for number in range(40_000))
    assert read(f'0,"Lamp,1\n{rows}') == list(range(2, 40_002))
    assert "not closed" in str(records(f'0,"Lamp,1\n{rows}')[0].reason)


def test_a_line_that_is_cut_behind_a_stray_quote_is_whole_when_it_is_read_again() -> None:
    # The record that begins with the quote has no room for all of the lines behind it.
    cells = ",".join(["x" * 100_000] * 6)
    found = records(f'"\n","{cells}\n{cells}\n{cells}x\n')
    assert [(record.line, sum(map(len, record.cells))) for record in found if record.reason is None] == [
        (3, 600_000),
        (4, 600_001),
    ]


def test_a_line_longer_than_any_record_costs_no_other_wherever_it_is() -> None:
    long = "x," * RECORD_CHARACTERS
    assert read(f'a\n{long}\nb\n"\n{long}\nc\n{long}') == [1, 3, 6]


def test_a_file_of_nothing_but_stray_quotes_is_read_in_time_that_grows_with_it() -> None:
    # Each line ends a quoted cell and begins another: read to its end from each line, this file would take hours.
    lines = 60_000
    found = records('x","y\n' * lines)
    assert len(found) == lines
    assert found[-1] == Record(lines, [], "cannot be read: a quoted cell is not closed")
