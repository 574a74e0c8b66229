"""In which encoding a file is: the right letters, or a refusal with the candidates; never other letters in silence."""

import codecs
import io
from contextlib import suppress
from itertools import cycle, islice

import pytest

from core.csv import CERTAIN, CsvFile, Encoding, EncodingUncertain, Fields, Row, UnknownEncoding, detect_encoding

HEADER = "sku;name;price\n"
RUSSIAN = ["Лампа настольная", "Стул деревянный", "Шкаф для одежды трёхдверный", "Полка книжная", "Диван угловой"]
GERMAN = ["Gartenstühle", "Küchentisch weiß", "Höhenverstellbarer Tisch", "Bücherregal", "Kleiderschrank, zweitürig"]
POLISH = ["Krzesło dębowe", "Stół kuchenny", "Półka na książki", "Żyrandol", "Łóżko małżeńskie", "Świecznik złoty"]
FRENCH = ["Étagère en chêne", "Canapé trois places", "Fauteuil crème", "Clé à molette", "Théière émaillée"]
GREEK = ["Ξύλινη καρέκλα", "Τραπέζι κουζίνας", "Ράφι βιβλίων", "Κηροπήγιο"]
JAPANESE = ["木製の椅子", "キッチンテーブル", "シャンデリア", "ろうそく立て"]
CHINESE = ["厨房桌", "双人床", "吊灯和书架", "烛台"]
TRADITIONAL = ["廚房桌", "雙人床", "吊燈和書架", "燭臺"]
WRITTEN = [
    *((RUSSIAN, codec) for codec in ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic")),
    *((GERMAN, codec) for codec in ("cp1252", "iso8859-15", "cp850", "mac-roman")),
    *((POLISH, codec) for codec in ("cp1250", "iso8859-2", "cp852")),
    *((FRENCH, codec) for codec in ("cp1252", "cp850", "mac-roman")),
    *((GREEK, codec) for codec in ("cp1253", "iso8859-7")),
    *((JAPANESE, codec) for codec in ("cp932", "euc-jp")),
    (CHINESE, "gbk"),
    (TRADITIONAL, "big5"),
]


def text_of(names: list[str], rows: int) -> str:
    """A file with some of these names."""
    some = enumerate(islice(cycle(names), rows))
    return HEADER + "".join(f"A{number};{name};{number},90\n" for number, name in some)


def detected(content: bytes, named: str | None = None, charset: str | None = None) -> Encoding:
    return detect_encoding(io.BytesIO(content), named, charset)


def rows_of(content: bytes, encoding: str) -> list[Row]:
    return list(CsvFile.open(lambda: io.BytesIO(content), encoding, Fields(("sku", "name", "price"))).rows())


@pytest.mark.parametrize("names, codec", WRITTEN)
@pytest.mark.parametrize("rows", [1, 2, 5, 20, 200])
def test_a_guess_has_the_right_letters_or_is_refused_with_candidates(names: list[str], codec: str, rows: int) -> None:
    text = text_of([name for name in names if name == name.encode(codec, "ignore").decode(codec)], rows)
    content = text.encode(codec)
    with suppress(EncodingUncertain):
        guess = detected(content)
        assert content.decode(guess.name) == text
        assert guess.certainty >= CERTAIN
    named = detected(content, codec)
    assert (content.decode(named.name), named.source) == (text, "encoding")


@pytest.mark.parametrize(
    "names, codec",
    [(RUSSIAN, "cp1251"), (GERMAN, "cp1252"), (POLISH, "cp1250"), (GREEK, "cp1253"), (JAPANESE, "cp932")],
)
def test_a_long_file_of_a_common_encoding_is_guessed(names: list[str], codec: str) -> None:
    guess = detected(text_of(names, 200).encode(codec))
    assert (guess.name, guess.source) == (codec, "guess")


def test_a_few_letters_are_not_enough_for_a_guess() -> None:
    with pytest.raises(EncodingUncertain, match=r"Candidates: cp1251, .*encoding=cp1251") as refused:
        detected("sku;name;price\nA1;Лампа;1,00\n".encode("cp1251"))
    assert [rule.pointer for rule in refused.value.violations] == ["encoding"]


def test_the_letters_may_stand_anywhere_in_the_file() -> None:
    content = b"sku;name;price\n" + b"A;Lamp;1\n" * 300_000 + text_of(RUSSIAN, 50).encode("cp1251")
    assert detected(content).name == "cp1251"
    assert detected(content.replace(b"\n", b"\r")).name == "cp1251"


def test_encodings_that_agree_on_the_first_letters_are_distinguished_by_the_last() -> None:
    text = text_of(GERMAN, 3000) + "Z;Gutschein über 5 €;5\n"
    assert detected(text.encode("cp1252")).name == "cp1252"
    with pytest.raises(EncodingUncertain, match="iso8859-15"):
        detected(text.encode("iso8859-15"))


def test_what_is_utf_8_needs_no_guess() -> None:
    for content in (HEADER, HEADER + "A;Lämp;1\n", text_of(RUSSIAN, 9)):
        assert detected(content.encode()) == Encoding(name="utf-8", source="content", certainty=1.0)


def test_a_letter_across_the_pieces_in_which_a_file_is_read_is_whole() -> None:
    for shift in range(4):
        content = (HEADER + "x" * shift + "ä€" * 1_000_000 + "\nA;Lämp;1\n").encode()
        assert detected(content).name == "utf-8"


@pytest.mark.parametrize("fault", [b"L\xe4mp", b"L\xc3", b"\xff", b"L\xed\xa0\x80mp", b"\xc0\xaf"])
def test_a_fault_in_a_file_of_utf_8_costs_its_line_and_no_letter_elsewhere(fault: bytes) -> None:
    content = text_of(GERMAN, 5).encode() + b"B;" + fault + b";1\n" + "C;Stühle;1\n".encode()
    found = detected(content)
    assert (found.name, found.source) == ("utf-8", "content")
    assert CERTAIN <= found.certainty < 1
    *before, fault_row, after = rows_of(content, found.name)
    assert [row.values["name"] for row in (*before, after)] == [*GERMAN, "Stühle"]
    assert (fault_row.line, fault_row.reason) == (7, "cannot be read: has bytes that are not utf-8")


def test_a_file_that_is_half_utf_8_and_half_something_else_is_refused() -> None:
    content = "A;Stühle grün;1\n".encode() * 5 + "B;Stühle grün;1\n".encode("cp1252") * 10
    with pytest.raises(EncodingUncertain, match="Candidates: utf-8, "):
        detected(HEADER.encode() + content)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("header", [HEADER, "артикул;название;цена\r\n", '"名前","価格"\r'])
def test_wide_unicode_is_known_without_a_mark_and_with_one(codec: str, header: str) -> None:
    content = (header + "A;Стул;1\n").encode(codec)
    assert detected(content) == Encoding(name=codec, source="content", certainty=0.99)
    marked = detected("\ufeff".encode(codec) + content)
    assert (marked.name, marked.source) == (codec[:6], "byte order mark")
    assert detected(content, codec[:6]).name == codec


def test_a_half_letter_in_a_wide_file_costs_its_line() -> None:
    content = (
        "\ufeffsku;name;price\nA;Lämp;1\nB;".encode("utf-16-le") + b"\x00\xd8" + ";1\nC;Stühle;1\n".encode("utf-16-le")
    )
    assert [row.reason is None for row in rows_of(content, detected(content).name)] == [True, False, True]


def test_a_byte_order_mark_counts_and_what_contradicts_it_is_refused() -> None:
    content = codecs.BOM_UTF8 + HEADER.encode()
    assert (detected(content).name, detected(content, "UTF8").name) == ("utf-8-sig", "utf-8-sig")
    with pytest.raises(UnknownEncoding, match="byte order mark of utf-8; it is not cp1252") as refused:
        detected(content, "cp1252")
    assert refused.value.violations[0].pointer == "encoding"
    with pytest.raises(UnknownEncoding) as refused:
        detected(content, charset="iso-8859-1")
    assert refused.value.violations[0].pointer == "file"


def test_the_callers_word_counts_more_than_the_content_type() -> None:
    content = text_of(RUSSIAN, 1).encode("cp1251")
    assert detected(content, "cp1251", "utf-8") == Encoding(name="cp1251", source="encoding")
    assert detected(content, None, "windows-1251") == Encoding(name="cp1251", source="charset")


@pytest.mark.parametrize(
    "name", ["klingon", "hex", "rot13", "idna", "unicode_escape", "utf-7", "a\0b", "ä", "..", "x" * 99]
)
def test_what_is_no_encoding_of_files_is_refused(name: str) -> None:
    with pytest.raises(UnknownEncoding):
        detected(HEADER.encode(), name)


def test_the_shifted_encodings_of_mail_are_refused_for_they_look_like_ascii() -> None:
    with pytest.raises(EncodingUncertain, match="iso2022_jp"):
        detected((HEADER + "A;木製の椅子;1\n").encode("iso2022_jp"))
