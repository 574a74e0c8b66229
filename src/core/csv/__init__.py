"""CSV files as programs and people really write them, turned into records."""

from core.csv.detection import HEAD_BYTES
from core.csv.errors import ColumnsMissing, NotCsv
from core.csv.layout import Fields, Layout
from core.csv.numbers import plain_number
from core.csv.records import Record, in_batches
from core.csv.sheets import Sheet, fit_head

__all__ = [
    "HEAD_BYTES",
    "ColumnsMissing",
    "Fields",
    "Layout",
    "NotCsv",
    "Record",
    "Sheet",
    "fit_head",
    "in_batches",
    "plain_number",
]
