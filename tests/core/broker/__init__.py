"""core.broker, tested."""
