"""The names that a new app cannot have, each with the reason."""

import keyword
import os
import re
from collections.abc import Iterator
from pathlib import Path

# Each word begins with a letter, so that two names never become the same class.
FORM = re.compile(r"[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*")
# PostgreSQL allows 63 characters for a name, and those of indexes begin with the app's.
LONGEST = 30
ADDRESS = "is an address of the core"
VAGUE = "does not say what the app is for, and the house rules refuse it"
TAKEN = {
    "core": "is the package that every app builds on",
    "console": "is the core's own app",
    "sqlite": "begins the names of SQLite's own tables",
    "tests": "is a folder that coverage omits",
    **dict.fromkeys(("docs", "health", "jobs", "metrics", "schedules", "swaggerui", "ui", "workers"), ADDRESS),
    **dict.fromkeys(("base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"), VAGUE),
}


class Refused(Exception):
    """The app cannot be made; the message says why."""


def require(name: str, apps: Path, listed: tuple[str, ...]) -> None:
    """Raises Refused with every reason against a new app of this name."""
    reasons = list(_form(name)) or [*_taken(name, apps, listed), *_tables(name, apps, listed)]
    if reasons:
        raise Refused("; ".join(reasons))


def _form(name: str) -> Iterator[str]:
    if not FORM.fullmatch(name):
        yield f"{name!r} is not lower-case words joined by underscores, each beginning with a letter, like order_book"
    if len(name) > LONGEST:
        yield f"{name!r} has {len(name)} characters, {LONGEST} are allowed"
    if keyword.iskeyword(name):
        yield f"{name} is a word of Python"


def _taken(name: str, apps: Path, listed: tuple[str, ...]) -> Iterator[str]:
    if name in TAKEN:
        yield f"{name} {TAKEN[name]}"
    if os.path.lexists(apps / name):
        yield f"src/apps/{name} exists already"
    if name in listed:
        yield f"APPS in src/project/__init__.py lists {name} already"


def _tables(name: str, apps: Path, listed: tuple[str, ...]) -> Iterator[str]:
    folders = {folder.name for folder in apps.iterdir() if FORM.fullmatch(folder.name)}
    for owner in sorted({"core", "sqlite", *listed, *folders}):
        shorter, longer = sorted((name, owner), key=len)
        if longer.startswith(f"{shorter}_"):
            yield f"the tables of {longer} would look like tables of {shorter}, whose names begin with {shorter}_"
