"""CSV files as programs and people really write them, turned into rows of named values, and rows written as CSV.

`detect_encoding` says how a file is written, `CsvFile` reads it, `read_number` and `read_price` understand its numbers.
"""

from core.csv.cells import read_cell, write_cell, write_rows
from core.csv.currencies import names_currency, read_price
from core.csv.encoding import CERTAIN, HEAD_BYTES, Encoding, detect_encoding
from core.csv.errors import ColumnsMissing, EncodingUncertain, NotCsv, UnknownEncoding
from core.csv.files import CsvFile, fit_head
from core.csv.layout import Fields, Layout
from core.csv.numbers import DecimalSign, read_number
from core.csv.rows import Row, in_batches

__all__ = [
    "CERTAIN",
    "HEAD_BYTES",
    "ColumnsMissing",
    "CsvFile",
    "DecimalSign",
    "Encoding",
    "EncodingUncertain",
    "Fields",
    "Layout",
    "NotCsv",
    "Row",
    "UnknownEncoding",
    "detect_encoding",
    "fit_head",
    "in_batches",
    "names_currency",
    "read_cell",
    "read_number",
    "read_price",
    "write_cell",
    "write_rows",
]
