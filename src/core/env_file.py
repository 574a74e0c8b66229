"""The file `.env`: one rule for the service, its liveness check and docker compose.

Only what docker compose reads in the same way is accepted. Only the standard library is imported here, because the
liveness check reads the file every few seconds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NOTHING = re.compile(r"[^\S\n]*(?:#[^\n]*)?(?:\n|\Z)")
ASSIGNMENT = re.compile(
    r"""[^\S\n]*(?:export[^\S\n]+)?(?P<name>[A-Za-z_]\w*)[^\S\n]*=[^\S\n]*
    (?:'(?P<single>(?:[^'\\]|\\(?!'))*)'|"(?P<double>(?:\\.|[^"\\])*)"|(?P<bare>[^\s'"\#][^\n]*?)?)
    (?:[^\S\n]+\#[^\n]*|[^\S\n]*)(?:\n|\Z)""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
# What docker compose would replace, by the quotes around it.
REPLACED = {"bare": re.compile(r"\$"), "double": re.compile(r"\$|\\[^nrt\"\\]"), "single": re.compile(r"(?!)")}
ADVICE = "write the value in single quotes, or docker compose would replace its `$` or `\\`"
ESCAPES = {"\\n": "\n", "\\r": "\r", "\\t": "\t", '\\"': '"', "\\\\": "\\"}
ESCAPE = re.compile(r"\\.", re.DOTALL)


@dataclass(frozen=True)
class EnvFile:
    """The values of a file by their names, and a sentence for each line that cannot be used."""

    values: dict[str, str]
    mistakes: tuple[str, ...]


@dataclass(frozen=True)
class _Line:
    name: str
    value: str
    mistake: str = ""


def read_env_file(path: Path) -> EnvFile:
    """Read a file of `NAME=value` lines; empty if it does not exist. Raises OSError or UnicodeDecodeError."""
    lines = list(_lines(path.read_text("utf-8"), path)) if path.is_file() else []
    values = {line.name: line.value for line in lines if line.name}
    return EnvFile(values, tuple(line.mistake for line in lines if line.mistake))


def _lines(text: str, path: Path) -> Iterator[_Line]:
    position = 0
    while position < len(text):
        if match := ASSIGNMENT.match(text, position):
            yield _line(match, path)
        elif not (match := NOTHING.match(text, position)):
            yield _Line("", "", f"{path}: line {text.count(chr(10), 0, position) + 1} is not NAME=value")
        position = match.end() if match else (text.find("\n", position) + 1 or len(text))


def _line(match: re.Match[str], path: Path) -> _Line:
    kind = match.lastgroup or "bare"
    value = match[kind] if kind != "name" else ""
    name = match["name"]
    if kind in REPLACED and REPLACED[kind].search(value):
        return _Line(name, "", f"{name}: {ADVICE} (in {path})")
    return _Line(name, ESCAPE.sub(lambda escape: ESCAPES[escape[0]], value) if kind == "double" else value)
