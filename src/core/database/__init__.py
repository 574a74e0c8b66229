"""The database: column types and migrations for models, keyset pagination for stores."""

from core.database.branch import Branch, new_metadata
from core.database.pagination import Column, Order, Page, PageQuery, read_page
from core.database.types import BIG_ID, DOCUMENT, Document, ExactDecimal, UtcDateTime, utc_now

__all__ = [
    "BIG_ID",
    "DOCUMENT",
    "Branch",
    "Column",
    "Document",
    "ExactDecimal",
    "Order",
    "Page",
    "PageQuery",
    "UtcDateTime",
    "new_metadata",
    "read_page",
    "utc_now",
]
