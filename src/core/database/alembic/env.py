"""Alembic's environment for every branch: connection and branch come from core.database.migrate."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from core.database.types import DOCUMENT, ExactDecimal, UtcDateTime

attributes = context.config.attributes
branch, connection = attributes["branch"], attributes["connection"]


def render_type(kind: str, value: object, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own types into a revision as the database sees them, or by their names."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(value, ExactDecimal):
        autogen.imports.add("from core.database import ExactDecimal")
        return f"ExactDecimal({value.digits}, {value.places})"
    if kind == "type" and value is DOCUMENT:
        autogen.imports.add("from core.database import DOCUMENT")
        return "DOCUMENT"
    return False


context.configure(
    connection=connection,
    target_metadata=branch.metadata,
    version_table=branch.version_table,
    include_name=lambda name, kind, _parents: kind != "table" or branch.owns(name or ""),
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=render_type,
)
with context.begin_transaction():
    context.run_migrations()
