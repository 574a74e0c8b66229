"""CSV in every form in which it comes: delimiters, line ends, headers, records."""

import csv
import io
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.csv import ColumnsMissing, CsvFile, Fields, NotCsv, Row, detect_encoding, in_batches
from core.csv.layout import DELIMITERS, fit
from core.csv.lines import RECORD_CHARACTERS
from core.csv.records import Record, read_records
from core.csv.rows import BATCH_CHARACTERS

FIELDS = Fields(("sku", "name", "price"), ("stock",), "sku", ("price", "stock"))
HEADER = ["sku", "name", "price", "size, or so"]
CELLS = {
    "utf-8": st.text(),
    "utf-8-sig": st.text(),
    "utf-16": st.text(),
    "utf-16-be": st.text(),
    "utf-16-le": st.text(),
    "utf-32": st.text(),
    "utf-32-le": st.text(),
    "cp1252": st.text(st.characters(codec="cp1252")),
    "koi8-r": st.text(st.characters(codec="koi8-r")),
}
NAMED = {"cp1252", "koi8-r"}
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


def opened(content: bytes, encoding: str | None = None, fields: Fields = FIELDS) -> CsvFile:
    """The file as an app opens it."""
    detected = detect_encoding(io.BytesIO(content), encoding)
    return CsvFile.open(lambda: io.BytesIO(content), detected.name, fields)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(ENCODED, st.sampled_from(DELIMITERS), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_unicode_encoding_delimiter_and_line_ending_is_found_out(
    encoded: tuple[str, list[list[str]]], delimiter: str, ending: str
) -> None:
    encoding, cells = encoded
    # A product's name and price are of one line, which is how a stray quote is known.
    rows = [["x,", *(re.sub(r"[\r\n]", " ", cell) for cell in row[:2]), row[2]] for row in cells]
    content = written(rows, delimiter, ending).encode(encoding)
    file = opened(content, encoding if encoding in NAMED else None)
    assert [record.cells for record in file.records()] == rows
    assert (file.total, file.layout.delimiter, file.layout.headers) == (len(rows), delimiter, tuple(HEADER))


def test_rows_can_be_read_from_any_of_them_on() -> None:
    file = opened(b"sku,name,price\nA,one,1\nB,two,2\n")
    assert [list(file.rows(skip)) for skip in (1, 2)] == [[Row(3, {"sku": "B", "name": "two", "price": "2"})], []]


def test_the_delimiter_is_the_one_that_finds_our_columns() -> None:
    assert fit("sku;name, or title;price\n", replace(FIELDS, columns={"name": "name, or title"})).delimiter == ";"
    assert fit("SKU | Name | Price, net", replace(FIELDS, columns={"price": "Price, net"})).delimiter == "|"
    assert fit("sku\tname\tprice\tsize; colour; weight, in all", FIELDS).delimiter == "\t"


@pytest.mark.parametrize("line", ["sep=;\r\n", "SEP=;\n", '"sep=;"\r', "\ufeffsep=;\n", "\ufeff\ufeffsep=;\n"])
def test_the_line_of_excel_that_says_the_delimiter_is_no_row(line: str) -> None:
    file = opened(f"{line}sku;name;price\nA;Lamp, a,b,c,d;1\n".encode())
    assert (file.layout.headers, file.total) == (("sku", "name", "price"), 1)
    assert list(file.rows()) == [Row(3, {"sku": "A", "name": "Lamp, a,b,c,d", "price": "1"})]
    assert fit("sep=:\nsku:name:price\n", FIELDS).delimiter == ":"


def test_the_first_of_two_columns_with_one_name_counts() -> None:
    layout = fit("name,sku,Name,price,,\n", FIELDS)
    assert (layout.fields["name"], layout.others) == (0, (("Name", 2),))


SAME_HEADERS = {
    "Preís": "Prei\u0301s",
    "Preis": " PREIS ",
    "Verkaufs-Preis": "Verkaufs-\xadPre\u200bis",
    "Variant Price": "variant\xa0 price",
    "ﬁnal price": "Final Price",
    "Größe": "GRO\u0308SSE",
    "prix réel": "Prix re\u0301\u0301el",
    "\uff30rice": "\u2060Price\ufe0f",
    "price": "\ufeff\ufeffPrice",
}


@pytest.mark.parametrize("wanted, found", [*SAME_HEADERS.items(), *((b, a) for a, b in SAME_HEADERS.items())])
def test_headers_that_look_the_same_are_the_same(wanted: str, found: str) -> None:
    layout = fit(f"{found},sku,name\n", replace(FIELDS, columns={"price": wanted}))
    assert layout.fields["price"] == 0


@pytest.mark.parametrize("marks", ["\ufeff", "\ufeff\ufeff", "\u200b", "\ufeff\u200b"])
@pytest.mark.parametrize("header", ["sku,name,price", '"sku","name","price"'])
def test_invisible_marks_in_front_of_a_file_are_no_part_of_its_header(marks: str, header: str) -> None:
    file = opened(f"{marks}{header}\nA,Lamp,1\n".encode())
    assert (file.layout.headers, file.total) == (("sku", "name", "price"), 1)


def test_the_mark_between_two_files_that_were_joined_is_no_part_of_a_value() -> None:
    file = opened('sku,name,price\nA,Lamp,1\n\ufeff"B","\u200bLamp\u200b",2\n'.encode())
    assert [row.values["sku"] + row.values["name"] for row in file.rows()] == ["ALamp", "BLamp"]


def test_the_cells_of_two_other_columns_with_one_name_are_both_kept() -> None:
    file = opened(b"sku,name,price,Tag,Tag,\xc2\xa0Tag\nA,Lamp,1,red,blue,\n")
    assert [row.others for row in file.rows()] == [{"Tag": "red", "Tag (2)": "blue"}]


def test_a_header_without_letters_is_no_column() -> None:
    with pytest.raises(ColumnsMissing):
        fit("sku,name,\u200b\n", replace(FIELDS, columns={"price": " "}))


def test_a_missing_column_is_refused_with_the_place_that_names_it() -> None:
    fields = replace(FIELDS, columns={"stock": "Qty"}, inherit="Handle")
    with pytest.raises(ColumnsMissing) as refused:
        fit("sku,name\n", fields)
    assert [rule.pointer for rule in refused.value.violations] == ["columns/price", "columns/stock", "inherit"]


def test_a_header_with_bytes_of_another_encoding_is_refused() -> None:
    with pytest.raises(NotCsv, match="The header has bytes"):
        opened(b"sku,name,price,Gr\xf6\xdfe\n" + "A,Lämp,1,ö\n".encode() * 3)


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
    long = Row(1, {"name": "x" * (BATCH_CHARACTERS // 2)})
    short = Row(2, others={"colour": "x"})
    assert list(in_batches([long, long, short, short, short, short], 3)) == [[long, long], [short] * 3, [short]]
