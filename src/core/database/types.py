"""Column types and JSON documents that behave the same on PostgreSQL and SQLite."""

import math
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic import JsonValue
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

Document = dict[str, JsonValue]
DOCUMENT = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
BIG_ID = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers only INTEGER keys by itself


def storable_text(text: str) -> str:
    """The text with a mark in place of what databases refuse: zero bytes and halves of a surrogate pair."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


def storable(document: Document) -> Document:
    """The document with storable texts, and null in place of numbers that JSON does not have (NaN, Infinity)."""
    return {storable_text(key): _storable_value(value) for key, value in document.items()}


def _storable_value(value: JsonValue) -> JsonValue:
    match value:
        case str():
            return storable_text(value)
        case float():
            return value if math.isfinite(value) else None
        case list():
            return [_storable_value(item) for item in value]
        case dict():
            return storable(value)
        case _:
            return value


def utc_now() -> datetime:
    """The current time, with the zone UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC, aware in Python on every database. Raises ValueError for a time without a zone."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = DateTime(timezone=True)
    cache_ok: bool | None = True

    @property
    def python_type(self) -> type[datetime]:
        """The type that a cursor's value is parsed into."""
        return datetime

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Convert to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("the time has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Add the zone, which SQLite does not store."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal number of fixed places: NUMERIC; on SQLite, which has only floats, an integer of the last place."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Numeric
    cache_ok: bool | None = True

    def __init__(self, digits: int, places: int) -> None:
        super().__init__(digits, places)
        self.digits, self.places = digits, places

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column's type on this database."""
        return BigInteger() if dialect.name == "sqlite" else Numeric(self.digits, self.places)

    @property
    def python_type(self) -> type[Decimal]:
        """The type that a cursor's value is parsed into."""
        return Decimal

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        """Store exactly."""
        return int(value.scaleb(self.places)) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Decimal | int | None, _dialect: Dialect) -> Decimal | None:
        """Read exactly."""
        return Decimal(value).scaleb(-self.places) if isinstance(value, int) else value
