"""core.observability, tested."""
