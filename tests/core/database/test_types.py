"""Decimals in the database: exact on every server."""

from decimal import Decimal

from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from core.composition import Composition
from core.database.types import ExactDecimal

VALUES = [Decimal("0.0001"), Decimal("0.1"), Decimal("19.9"), Decimal("1234567890.1234")]


def test_decimals_come_back_exact_and_in_their_order(composition: Composition) -> None:
    amounts = Table("amounts", MetaData(), Column("id", Integer), Column("amount", ExactDecimal(14, 4)))
    with composition.extensions.database.transaction() as session:
        amounts.create(session.connection())
        session.execute(insert(amounts), [{"amount": value} for value in reversed([*VALUES, None])])
        larger = select(amounts.c.amount).where(amounts.c.amount > Decimal("0.1")).order_by(amounts.c.amount)
        assert session.scalars(larger).all() == VALUES[2:]
        assert None in session.scalars(select(amounts.c.amount)).all()
