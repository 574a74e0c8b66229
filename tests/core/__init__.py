"""The core, tested with a toy app of its own."""
