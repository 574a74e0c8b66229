"""A reader of the YAML, and the JSON with comments, that a project like this writes; refuses what it does not know.

Knows blocks, flow collections, quoted and plain scalars, block scalars, anchors, aliases and merges. Raises Unreadable
for tags, directives, plain scalars of several lines and everything else.
"""

import re
from collections import Counter
from functools import cache
from typing import NamedTuple, NoReturn

from tools.parity.tree import Text

KEY = re.compile(r"""(?P<key>"[^"]*"|'[^']*'|[^\s#&*!|>'"\[{%@`-][^#]*?|-[^\s#][^#]*?)\s*:(?:\s+|$)""")
ANCHOR, DASH = re.compile(r"&([\w-]+)\s*"), re.compile(r"-(?:\s+|$)")
TOKEN = re.compile(
    r"(?:\s|#.*|//.*)*(?:"
    r'"(?P<double>(?:[^"\\]|\\.|\\\n)*)"|'
    r"'(?P<single>(?:[^']|'')*)'|"
    r"(?P<mark>[\[\]{},:])|"
    r"(?P<plain>[^\s\[\]{},#&*!|>%@`](?:[^\[\]{},:\n#]|:(?!\s)|(?<!\s)#)*))"
)
Path = tuple[str, ...]


class Unreadable(ValueError):
    """YAML that is not in the subset; the argument is the line."""


class Entry(NamedTuple):
    """A scalar, or a collection without text, below its keys and the positions in its lists."""

    path: Path
    text: str
    line: int


class _Reader:
    """One document; each row is below those that stand above it and farther to the left."""

    def __init__(self, content: str) -> None:
        self.rows = content.split("\n")
        self.at = 0
        self.entries: dict[Path, Entry] = {}
        self.merged: dict[Path, tuple[Entry, int]] = {}
        self.anchors: dict[str, Path] = {}
        self.above: list[tuple[int, Path]] = [(-1, ())]
        self.counts: Counter[Path] = Counter()

    def read(self) -> list[Entry]:
        while self.at < len(self.rows):
            row = self.rows[self.at].strip()
            self.at += 1
            if row and row != "---" and not row.startswith("#"):
                self.row(row, len(self.rows[self.at - 1]) - len(self.rows[self.at - 1].lstrip()))
        return self.resolved()

    def resolved(self) -> list[Entry]:
        """What is merged into a mapping gives way to the keys that stand there."""
        taken = [each for each, size in self.merged.values() if each.path[:size] not in self.entries]
        return [*taken, *self.entries.values()]

    def row(self, row: str, indent: int) -> None:
        # A list may stand as far to the left as its key.
        is_item = DASH.match(row)
        while self.above[-1][0] >= indent + (1 if is_item and not self.above[-1][1][-1].isdigit() else 0):
            self.above.pop()
        path = self.above[-1][1]
        if is_item:
            self.counts[path] += 1
            self.nest(row[is_item.end() :], indent, is_item.end(), (*path, str(self.counts[path] - 1)))
        elif match := KEY.match(row):
            self.above.append((indent, path if match["key"] == "<<" else (*path, match["key"].strip("\"'"))))
            self.value(row[match.end() :], self.above[-1][1], indent, is_merged=match["key"] == "<<")
        elif self.entries.get(path, Entry((), "", 0)).text or self.counts[path]:
            _refuse(self.at)
        else:
            self.value(row, path, indent - 1)

    def nest(self, rest: str, indent: int, width: int, path: Path) -> None:
        """What stands behind a dash, which may be a row of a mapping."""
        self.above.append((indent, path))
        self.entries[path] = Entry(path, "", self.at)
        if KEY.match(rest) or DASH.match(rest):
            self.row(rest, indent + width)
        else:
            self.value(rest, path, indent)

    def value(self, rest: str, path: Path, indent: int, *, is_merged: bool = False) -> None:
        line = self.at
        if anchor := ANCHOR.match(rest):
            self.anchors[anchor[1]] = path
            rest = rest[anchor.end() :]
        if rest.startswith("*"):
            self.copy(self.anchors.get(rest[1:].partition("#")[0].strip()) or _refuse(line), path, is_merged=is_merged)
        elif rest[:1] in {"[", "{", '"', "'"}:
            source = _Flow("\n".join([rest, *self.rows[self.at :]]), line)
            self.entries |= {(*path, *each.path): each._replace(path=(*path, *each.path)) for each in source.value()}
            self.at += source.text.count("\n", 0, source.at)
            if not re.match(r"[ \t]*(#|\n|$)", source.text[source.at :]):
                _refuse(line)
        elif rest[:1] in {"!", "%", "@", "`"} or is_merged:
            _refuse(line)
        else:
            text = self.literal(indent) if rest[:1] in {"|", ">"} else f" {rest}".partition(" #")[0].strip()
            self.entries[path] = Entry(path, text, line)

    def copy(self, source: Path, path: Path, *, is_merged: bool) -> None:
        for each in self.resolved():
            if each.path[: len(source)] == source and (len(each.path) > len(source) or not is_merged):
                copied = each._replace(path=(*path, *each.path[len(source) :]))
                self.merged[copied.path] = copied, len(path) + 1 if is_merged else 0

    def literal(self, indent: int) -> str:
        first = self.at
        while self.at < len(self.rows) and re.match(rf"\s{{{indent + 1}}}|\s*$", self.rows[self.at]):
            self.at += 1
        return "\n".join(self.rows[first : self.at])


class _Flow:
    """Brackets and quotation marks, which JSON has as well."""

    def __init__(self, text: str, line: int = 1) -> None:
        self.text, self.first, self.at = text, line, 0

    def token(self) -> re.Match[str]:
        match = TOKEN.match(self.text, self.at) or _refuse(self.first + self.text.count("\n", 0, self.at))
        self.at = match.end()
        return match

    def value(self) -> list[Entry]:
        token = self.token()
        line = self.first + self.text.count("\n", 0, token.end())
        entries = [Entry((), _unescaped(token), line)]
        closing = {"[": "]", "{": "}", None: ""}.get(token["mark"]) or ("" if not token["mark"] else _refuse(line))
        count = 0
        while closing and not self.closes(closing):
            item = self.value()
            key, count = item[0].text if closing == "}" else str(count), count + 1
            below = self.value() if closing == "}" and self.closes(":") else item
            entries += [each._replace(path=(key, *each.path)) for each in below]
        return entries

    def closes(self, mark: str) -> bool:
        """Whether this mark comes next, which is then passed, as is a comma before it."""
        before = self.at
        found = self.token()["mark"]
        if found == "," and mark != ":":
            return self.closes(mark)
        self.at = self.at if found == mark else before
        return found == mark


def _unescaped(token: re.Match[str]) -> str:
    if token["double"] is not None:
        # A line that ends with a backslash goes on in the next one.
        return re.sub(r"\\(.)", r"\1", re.sub(r"\\\n\s*", "", token["double"]))
    return (token["single"] or "").replace("''", "'") or (token["plain"] or "").strip()


def _refuse(line: int) -> NoReturn:
    raise Unreadable(line)


@cache
def load(text: Text) -> list[Entry]:
    """The document; raises Unreadable, for what would be guessed is not read."""
    return _Flow(text.content).value() if text.path.endswith((".json", ".lock")) else _Reader(text.content).read()


@cache
def select(text: Text, pattern: str) -> list[Entry]:
    """Those of a file whose path fits; a star stands for one key or position."""
    keys = pattern.split("/")
    fitting = (each for each in load(text) if len(each.path) == len(keys))
    return [each for each in fitting if all(key in {"*", part} for key, part in zip(keys, each.path, strict=True))]
