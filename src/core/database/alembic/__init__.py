"""The Alembic environment that all branches share."""
