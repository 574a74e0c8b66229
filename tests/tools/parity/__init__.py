"""The tests of parity: that it agrees, that it notices every change, and nothing else."""
