"""core.http, tested."""
