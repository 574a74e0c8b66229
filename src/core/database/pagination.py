"""Keyset pagination: pages neither skip nor repeat rows while rows are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from itsdangerous import BadData, URLSafeSerializer
from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter
from pydantic_core import to_jsonable_python
from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.errors import Malformed

MAX_LIMIT = 200
KEYS = TypeAdapter(list[object])

RowT = TypeVar("RowT")
Column = InstrumentedAttribute[object]


class PageQuery(BaseModel):
    """The parameters that every list takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="rows on a page")] = 50
    cursor: Annotated[str | None, Field(description="the `next` of the previous page")] = None


@dataclass(frozen=True)
class Order:
    """The order of a list: a column without nulls, and a unique one for rows with equal values."""

    column: Column
    unique: Column
    descending: bool = False

    @property
    def columns(self) -> tuple[Column, Column]:
        """Both columns, the most significant first."""
        return self.column, self.unique


@dataclass(frozen=True)
class Page(Generic[RowT]):
    """Some rows, and the cursor of the next page."""

    rows: Sequence[RowT]
    next: str | None


def read_page(session: Session, statement: Select[RowT], order: Order, query: PageQuery, key: SecretStr) -> Page[RowT]:
    """One page of the statement's rows; raises Malformed for a cursor that is not of this list."""
    signer = URLSafeSerializer(key.get_secret_value(), salt=f"{order.column}/{order.descending}")
    columns = order.columns
    if query.cursor is not None:
        statement = statement.where(_after(order, _values(signer, query.cursor, columns)))
    sorted_by = [column.desc() if order.descending else column.asc() for column in columns]
    rows = session.scalars(statement.order_by(*sorted_by).limit(query.limit + 1)).all()
    if len(rows) <= query.limit:
        return Page(rows, None)
    last = rows[query.limit - 1]
    keys = [to_jsonable_python(getattr(last, column.key)) for column in columns]
    return Page(rows[: query.limit], str(signer.dumps(keys)))


def _values(signer: URLSafeSerializer, cursor: str, columns: Sequence[Column]) -> list[object]:
    try:
        keys = KEYS.validate_python(signer.loads(cursor))
        return [
            TypeAdapter(column.type.python_type).validate_python(key) for column, key in zip(columns, keys, strict=True)
        ]
    except (BadData, ValueError) as error:
        raise Malformed("The cursor does not belong to this list; start without one") from error


def _after(order: Order, values: list[object]) -> ColumnElement[bool]:
    position = tuple_(*(literal(value, column.type) for column, value in zip(order.columns, values, strict=True)))
    columns = tuple_(*order.columns)
    return columns < position if order.descending else columns > position
