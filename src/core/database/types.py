"""Column types that behave the same on PostgreSQL and SQLite."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic import JsonValue
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

Document = dict[str, JsonValue]
DOCUMENT = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def utc_now() -> datetime:
    """This moment, aware of its zone."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; aware in Python on every database, and a naive one is refused."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = DateTime(timezone=True)
    cache_ok: bool | None = True

    @property
    def python_type(self) -> type[datetime]:
        """What a cursor's value becomes again."""
        return datetime

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Store as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give SQLite's naive moments back their zone."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal number of fixed places: NUMERIC; on SQLite, which has only floats, a count of the last place."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Numeric
    cache_ok: bool | None = True

    def __init__(self, digits: int, places: int) -> None:
        super().__init__(digits, places)
        self.digits, self.places = digits, places

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """What the column is on this database."""
        return BigInteger() if dialect.name == "sqlite" else Numeric(self.digits, self.places)

    @property
    def python_type(self) -> type[Decimal]:
        """What a cursor's value becomes again."""
        return Decimal

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        """Store exactly."""
        return int(value.scaleb(self.places)) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Decimal | int | None, _dialect: Dialect) -> Decimal | None:
        """Read exactly."""
        return Decimal(value).scaleb(-self.places) if isinstance(value, int) else value
