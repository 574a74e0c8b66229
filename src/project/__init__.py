"""The table of contents: which apps this project has."""

APPS: tuple[str, ...] = (
    # one name a line; the folder is src/apps/<name>
    "catalog",
)
