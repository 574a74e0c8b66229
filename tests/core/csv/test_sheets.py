"""CSV in every form in which it comes."""

import csv
import io
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.csv.layout import DELIMITERS, Fields, fit
from core.csv.lines import RECORD_CHARACTERS
from core.csv.numbers import plain_number
from core.csv.records import BATCH_CHARACTERS, Record, in_batches, read_records
from core.csv.sheets import Sheet

FIELDS = Fields(("sku", "name", "price"), ("stock",))
HEADER = ["sku", "name", "price", "size, or so"]
CELLS = {
    "utf-8": st.text(),
    "utf-8-sig": st.text(),
    "utf-16": st.text(),
    "utf-16-be": st.text(),
    "utf-16-le": st.text(),
    "cp1252": st.text(st.characters(codec="cp1252")),
    "latin-1": st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])),
}
ENCODED = st.sampled_from(sorted(CELLS)).flatmap(
    lambda encoding: st.tuples(
        st.just(encoding), st.lists(st.lists(CELLS[encoding], min_size=3, max_size=3), max_size=4)
    )
)


def written(rows: list[list[str]], delimiter: str, ending: str) -> str:
    text = io.StringIO()
    # The writer of older Pythons forgets to quote the other end of a line.
    is_quoted = any(set("\r\n") & set(cell) for row in rows for cell in row)
    writer = csv.writer(
        text,
        delimiter=delimiter,
        lineterminator=ending,
        quoting=csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL,
    )
    writer.writerows([HEADER, *rows])
    return text.getvalue()


def opened(content: bytes) -> Sheet:
    return Sheet.open(lambda: io.BufferedReader(io.BytesIO(content)), FIELDS)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(ENCODED, st.sampled_from(DELIMITERS), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_encoding_delimiter_and_line_ending_is_found_out(
    encoded: tuple[str, list[list[str]]], delimiter: str, ending: str
) -> None:
    encoding, cells = encoded
    # A letter that is not UTF-8 in the encodings of one byte: without one they could not be told apart.
    # A product's name and price are of one line, which is how a stray quote is known.
    rows = [["é,", *(re.sub(r"[\r\n]", " ", cell) for cell in row[:2]), row[2]] for row in cells]
    text = written(rows, delimiter, ending)
    sheet = opened(text.encode(encoding))
    assert [record.cells for record in sheet.records()] == rows
    assert (sheet.total, sheet.layout.delimiter, sheet.layout.headers) == (len(rows), delimiter, tuple(HEADER))
    assert [record.cells for record in sheet.records(skip=1)] == rows[1:]


def test_the_encoding_is_that_of_the_whole_file() -> None:
    sheet = opened(b"sku,name,price\n" + b"A,Lamp,1\n" * 10_000 + "B,Lämp €,1\n".encode("cp1252"))
    assert list(sheet.records(skip=10_000)) == [Record(10_002, ["B", "Lämp €", "1"])]


def test_bytes_that_windows_does_not_know_are_latin_1() -> None:
    sheet = opened(b"sku,name,price\nA,\x81\xe4,1\n")
    assert [record.cells[1] for record in sheet.records()] == ["\x81ä"]


def test_the_delimiter_is_the_one_that_finds_our_columns() -> None:
    assert fit("sku;name, or title;price\n", replace(FIELDS, columns={"name": "name, or title"})).delimiter == ";"
    assert fit("SKU | Name | Price, net", replace(FIELDS, columns={"price": "Price, net"})).delimiter == "|"
    assert fit("sku\tname\tprice\tsize; colour; weight, in all", FIELDS).delimiter == "\t"


@pytest.mark.parametrize("line", ["sep=;\r\n", "SEP=;\n", '"sep=;"\r', "\ufeffsep=;\n"])
def test_the_line_of_excel_that_says_the_delimiter_is_no_row(line: str) -> None:
    sheet = opened(f"{line}sku;name;price\nA;Lamp, a,b,c,d;1\n".encode())
    assert (sheet.layout.headers, sheet.total) == (("sku", "name", "price"), 1)
    assert list(sheet.records()) == [Record(3, ["A", "Lamp, a,b,c,d", "1"])]
    assert fit("sep=:\nsku:name:price\n", FIELDS).delimiter == ":"


def test_the_first_of_two_columns_with_one_name_counts() -> None:
    layout = fit("name,sku,Name,price,,\n", FIELDS)
    assert (layout.fields["name"], layout.extras) == (0, (("Name", 2),))


def records(text: str) -> list[Record]:
    return list(read_records(io.StringIO(text, newline=""), ","))


def test_lines_are_counted_as_an_editor_does() -> None:
    assert [record.line for record in records('a,"1\n2\n3"\r\n\r\n,\nb\rc,"\r\n"\nd')] == [1, 6, 7, 9]


def test_a_record_that_cannot_be_read_costs_no_other() -> None:
    long_field, long_line = "x" * 200_000, "x," * RECORD_CHARACTERS
    found = records(f'a\n"b"b\n{long_field}\n{long_line}\nc\n"d')
    assert [record.cells for record in found if record.reason is None] == [["a"], ["c"]]
    assert [record.line for record in found if record.reason is not None] == [2, 3, 4, 6]
    assert "not closed" in str(found[-1].reason)


def test_long_rows_come_in_smaller_batches() -> None:
    long = Record(1, ["x" * (BATCH_CHARACTERS // 2)])
    short = Record(2, ["x"])
    assert list(in_batches([long, long, short, short, short, short], 3)) == [[long, long], [short] * 3, [short]]


@settings(deadline=None)
@given(
    st.decimals(0, 10**12, places=2).map(abs),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("\u00a0", "."), ("'", "."), ("", "."), ("", ",")]),
)
def test_a_number_is_understood_as_it_was_meant(number: Decimal, marks: tuple[str, str]) -> None:
    thousands, point = marks
    text = f"{number:,.2f}".translate({ord(","): thousands, ord("."): point})
    assert Decimal(str(plain_number(text))) == number


def test_a_number_of_several_groups_needs_no_decimal_point() -> None:
    assert [plain_number(text) for text in ("1,234,567", "1.234.567", "-1 234", "0,125")] == [
        "1234567",
        "1234567",
        "-1234",
        "0.125",
    ]


def test_a_number_that_may_mean_two_things_is_refused_with_both() -> None:
    with pytest.raises(ValueError, match=r"is ambiguous: 1234 or 1\.234\?"):
        plain_number("1,234")


@pytest.mark.parametrize("text", ["free", "1,2,3", "1.2.3", "12,34,567.8", "", 7])
def test_what_is_no_number_is_left_for_others_to_refuse(text: object) -> None:
    assert plain_number(text) == text
