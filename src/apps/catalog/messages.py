"""What the catalogue asks of a worker."""

from typing import ClassVar

from apps.catalog.models.imports import Options
from core.csv import Encoding
from core.jobs import Message


class ImportProducts(Message):
    """Bring the products of an uploaded file into the catalogue."""

    wire_name: ClassVar[str] = "catalog.import_products"

    upload: str
    filename: str
    encoding: Encoding
    options: Options


class DeleteOldFiles(Message):
    """Delete uploads and lists of rejected rows that are past their age."""

    wire_name: ClassVar[str] = "catalog.delete_old_files"
