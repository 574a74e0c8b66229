"""The table of contents: which apps this project has."""

APPS: tuple[str, ...] = ()
