"""core.database, tested."""
