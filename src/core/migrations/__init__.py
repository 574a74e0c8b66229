"""The Alembic environment that all branches share, and core's own revisions."""
