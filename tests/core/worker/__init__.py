"""core.worker, tested."""
