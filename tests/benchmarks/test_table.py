"""The table of docs/speed.md."""

from pathlib import Path

import pytest
from benchmarks.__main__ import BENCHMARKS, DOCUMENT
from benchmarks.figures import Figure
from benchmarks.table import BEGIN, END, readable, write_table

ORDER = ("http", "jobs")
BASE = Figure("bare", 400.0, "kI", "bare")
OURS = Figure("ours", 1000.0, "kI", "bare")


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "speed.md"
    path.write_text(f"# Speed\n\n{BEGIN}\n{END}\n\nAfter it.\n")
    return path


def rows_of(document: Path) -> list[str]:
    """The rows of the figures, which have six cells."""
    return [
        line for line in document.read_text("utf-8").splitlines() if line.startswith("| `") and line.count("|") == 7
    ]


def test_a_row_has_the_ratio_to_the_figure_that_it_names(document: Path) -> None:
    write_table(document, {"http": [BASE, OURS]}, ORDER)
    assert rows_of(document) == [
        "| `http` | bare | 400 | kI | 1.00 |  |",
        "| `http` | ours | 1,000 | kI | 2.50 | bare |",
    ]


def test_a_ratio_is_to_the_figure_of_the_same_unit(document: Path) -> None:
    other = Figure("bare", 5.0, "ms")
    write_table(document, {"http": [other, BASE, OURS]}, ORDER)
    assert rows_of(document)[-1] == "| `http` | ours | 1,000 | kI | 2.50 | bare |"


def test_a_benchmark_replaces_its_own_rows_only(document: Path) -> None:
    write_table(document, {"jobs": [Figure("backlog", 12.0, "jobs/s")]}, ORDER)
    write_table(document, {"http": [BASE, OURS]}, ORDER)
    write_table(document, {"http": [BASE]}, ORDER)
    assert rows_of(document) == ["| `http` | bare | 400 | kI | 1.00 |  |", "| `jobs` | backlog | 12.0 | jobs/s |  |  |"]


def test_the_conditions_of_each_benchmark_are_noted_once_and_the_text_around_stays(document: Path) -> None:
    for _ in range(2):
        write_table(document, {"http": [BASE]}, ORDER)
    text = document.read_text("utf-8")
    assert (text.count("| `http` |") - len(rows_of(document)), text.count("cores")) == (1, 1)
    assert (text.startswith("# Speed\n"), text.endswith("\n\nAfter it.\n")) == (True, True)


def test_a_document_without_a_place_for_the_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.md"
    path.write_text("# Other\n")
    with pytest.raises(ValueError, match=r"other\.md"):
        write_table(path, {"http": [BASE]}, ORDER)


def test_the_document_has_a_place_for_the_table(tmp_path: Path) -> None:
    copy = tmp_path / "speed.md"
    copy.write_text(DOCUMENT.read_text("utf-8"))
    write_table(copy, {name: [BASE] for name in BENCHMARKS}, tuple(BENCHMARKS))
    assert len(rows_of(copy)) == len(BENCHMARKS)


@pytest.mark.parametrize(
    "value, text", [(0.0, "0"), (0.0123, "0.012"), (1.234, "1.23"), (12.34, "12.3"), (1234.5, "1,234")]
)
def test_a_number_is_shown_with_the_digits_that_count(value: float, text: str) -> None:
    assert readable(value) == text
