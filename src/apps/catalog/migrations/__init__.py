"""The catalogue's migrations."""
