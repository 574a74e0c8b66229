"""The tables of forms.toml and foreign.toml."""

import re
import tomllib
from functools import cache
from pathlib import Path

from tools.parity.tree import fits

FOREIGN = "tools/parity/foreign.toml"
_FORMS = tomllib.loads((Path(__file__).parent / "forms.toml").read_text("utf-8"))
FILES: dict[str, str] = _FORMS["files"]
DECLARED: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "foreign.toml").read_text("utf-8"))


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the tables, its %WORDS% replaced."""
    for name, words in _FORMS["words"].items():
        pattern = pattern.replace(f"%{name}%", words)
    return re.compile(pattern, re.MULTILINE)


@cache
def rows(table: str, path: str = "") -> list[list[str]]:
    """The rows of a table, for one file if it is given; the files come first in a row."""
    found: list[list[str]] = _FORMS["forms"][table]
    return [row for row in found if not path or fits(path, row[0])]


@cache
def declared(kind: str) -> frozenset[str]:
    """The names of others, and the patterns of such names."""
    return frozenset(name for line in DECLARED.get(kind, {}) for name in line.split())
