"""What cannot be the name of a new app, each with the reason."""

import keyword
import os
import re
from collections.abc import Iterator
from pathlib import Path

# Each word begins with a letter, so that two names never become one class.
FORM = re.compile(r"[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*")
# PostgreSQL takes 63 characters for a name, and those of indexes begin with the app's.
LONGEST = 30
ADDRESS = "is an address of the core"
DRAWER = "says nothing of what the app is for, and the house rules refuse it"
TAKEN = {
    "core": "is what every app stands on",
    "console": "is the core's own app",
    "sqlite": "begins the names of SQLite's own tables",
    "tests": "is a folder that coverage leaves out",
    **dict.fromkeys(("docs", "health", "jobs", "metrics", "schedules", "swaggerui", "ui", "workers"), ADDRESS),
    **dict.fromkeys(("base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"), DRAWER),
}
# Their tables have the database for themselves as much as those of the apps.
OWNERS = ("core", "sqlite")


class Refused(Exception):
    """The app cannot be made; says why, to a person."""


def require(name: str, apps: Path, listed: tuple[str, ...]) -> None:
    """Raises Refused, with every reason why there can be no new app of this name."""
    reasons = list(_form(name)) or [*_taken(name, apps, listed), *_tables(name, {*OWNERS, *listed, *_folders(apps)})]
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
        yield f"there is already src/apps/{name}"
    if name in listed:
        yield f"APPS in src/project/__init__.py names {name} already"


def _tables(name: str, owners: set[str]) -> Iterator[str]:
    for owner in sorted(owners):
        shorter, longer = sorted((name, owner), key=len)
        if longer.startswith(f"{shorter}_"):
            yield f"the tables of {longer} would be among those of {shorter}, which are called {shorter}_*"


def _folders(apps: Path) -> Iterator[str]:
    return (folder.name for folder in apps.iterdir() if FORM.fullmatch(folder.name))
