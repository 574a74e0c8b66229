"""What the reader of CSV files refuses."""

from collections.abc import Iterable, Sequence

from core.errors import Invalid, Violation

SHOWN_HEADERS = 40
SHOWN_CHARACTERS = 60
SHOWN_CANDIDATES = 6


class NotCsv(Invalid):
    """A file that is something else than CSV."""

    title = "Not CSV"


class ColumnsMissing(Invalid):
    """A file whose header lacks columns; takes the form field that named each one, and its header."""

    title = "Columns missing"

    def __init__(self, missing: Iterable[tuple[str, str]], found: Sequence[str]) -> None:
        lacking = tuple(missing)
        headers = ", ".join(header[:SHOWN_CHARACTERS] for header in found[:SHOWN_HEADERS])
        more = f" and {len(found) - SHOWN_HEADERS} more" if len(found) > SHOWN_HEADERS else ""
        super().__init__(
            f"The file has no column {', '.join(repr(header) for _, header in lacking)}; it has: {headers}{more}. "
            'The form field `columns` says which is which, such as {"sku": "Variant SKU"}',
            tuple(Violation(pointer, f"no column {header!r}") for pointer, header in lacking),
        )


class UnknownEncoding(Invalid):
    """An encoding that there is not, or that the file contradicts; takes the form field that named it."""

    title = "Unknown encoding"

    def __init__(self, detail: str, pointer: str) -> None:
        super().__init__(
            f"{detail}. The form field `encoding` names one, such as encoding=cp1252", (Violation(pointer, detail),)
        )


class EncodingUncertain(Invalid):
    """A file whose encoding could be one of several; takes their names, likeliest first."""

    title = "Encoding uncertain"

    def __init__(self, candidates: Sequence[str]) -> None:
        names = ", ".join(candidates[:SHOWN_CANDIDATES]) or "unknown"
        super().__init__(
            f"The file is not UTF-8, and its bytes do not show its encoding for certain. Candidates: {names}. "
            f"Send the form field `encoding`, such as encoding={next(iter(candidates), 'cp1252')}",
            (Violation("encoding", f"is needed; candidates: {names}"),),
        )
