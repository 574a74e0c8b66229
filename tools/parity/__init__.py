"""Proves that every file that repeats a version, a port, a verb or a name says the same as the one that decides it."""
