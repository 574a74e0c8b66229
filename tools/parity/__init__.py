"""Compares kinds, not places: whatever a file uses is defined by another file, or declared once in foreign.toml."""
