"""Cursor pagination: a page is a keyset, so it neither skips nor repeats rows while others are written."""

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
    cursor: Annotated[str | None, Field(description="the `next` of the page before")] = None


@dataclass(frozen=True)
class Order:
    """What a list is sorted by: a column without nulls, and a unique one that decides between equals."""

    column: Column
    unique: Column
    descending: bool = False

    @property
    def columns(self) -> tuple[Column, Column]:
        """Both columns, in the order of their weight."""
        return self.column, self.unique


@dataclass(frozen=True)
class Page(Generic[RowT]):
    """Some rows, and the cursor of the page after them."""

    rows: Sequence[RowT]
    next: str | None


def read_page(session: Session, statement: Select[RowT], order: Order, asked: PageQuery, key: SecretStr) -> Page[RowT]:
    """One page of the statement's rows; raises Malformed for a cursor that this list did not give."""
    signer = URLSafeSerializer(key.get_secret_value(), salt=f"{order.column}/{order.descending}")
    columns = order.columns
    if asked.cursor is not None:
        statement = statement.where(_after(order, _values(signer, asked.cursor, columns)))
    sorted_by = [column.desc() if order.descending else column.asc() for column in columns]
    rows = session.scalars(statement.order_by(*sorted_by).limit(asked.limit + 1)).all()
    if len(rows) <= asked.limit:
        return Page(rows, None)
    last = rows[asked.limit - 1]
    keys = [to_jsonable_python(getattr(last, column.key)) for column in columns]
    return Page(rows[: asked.limit], str(signer.dumps(keys)))


def _values(signer: URLSafeSerializer, cursor: str, columns: Sequence[Column]) -> list[object]:
    try:
        keys = KEYS.validate_python(signer.loads(cursor))
        return [
            TypeAdapter(column.type.python_type).validate_python(key) for column, key in zip(columns, keys, strict=True)
        ]
    except (BadData, ValueError) as error:
        raise Malformed("The cursor does not belong to this list; start without one") from error


def _after(order: Order, values: list[object]) -> ColumnElement[bool]:
    place = tuple_(*(literal(value, column.type) for column, value in zip(order.columns, values, strict=True)))
    here = tuple_(*order.columns)
    return here < place if order.descending else here > place
