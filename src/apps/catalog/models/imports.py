"""What goes with an uploaded file, and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from apps.catalog.models.values import HEADER_LENGTH, OPTIONAL, REQUIRED, Counts, ProductField, Text
from core.csv import DecimalSign, Encoding, Fields

Header = Annotated[Text, Field(max_length=HEADER_LENGTH)]


@dataclass(frozen=True)
class Options:
    """How a file is read: what it calls our fields, which rows inherit, its decimal sign; and whether it is kept."""

    columns: Mapping[ProductField, str] = field(default_factory=dict)
    inherit: str | None = None
    decimal: DecimalSign | None = None
    dry_run: bool = False

    @property
    def fields(self) -> Fields:
        """The fields of a product, as the reader of CSV files wants them."""
        columns = {str(name): header for name, header in self.columns.items()}
        return Fields(REQUIRED, OPTIONAL, "sku", ("price", "stock"), columns, self.inherit)


@dataclass(frozen=True)
class Upload:
    """An uploaded file's name, and what its sender says of its encoding: the form's field, and its content type."""

    filename: str
    encoding: str | None = None
    charset: str | None = None


@dataclass(frozen=True)
class Imported:
    """What became of a file's rows, and how the file was understood."""

    counts: Counts
    encoding: Encoding
    decimal: DecimalSign | None
