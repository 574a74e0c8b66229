"""Reads a file into its mentions: what is written for machines, what is said to people, what is drawn."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import PurePosixPath

from tools.parity import settings, structures
from tools.parity.forms import FILES, compiled, rows
from tools.parity.tree import Finding, Mention, Text, fits
from tools.parity.yaml import Unreadable

CODE = re.compile(
    r"^```.*?^```$|(?<=\n\n)(?:    \S[^\n]*\n(?:\n(?=    \S))?)+|(?<!`)`[^`\n]+`", re.MULTILINE | re.DOTALL
)
REMARK = re.compile(r"(?:^|(?<=\s))(?:#|//|;)(?=[\s!#]|$).*$", re.MULTILINE)
STRING = re.compile(r'"[^"\n]*[ ./][^"\n]*"')
VARIABLE = re.compile(r"(?<!\\)\$\$?\{?([A-Z][A-Z0-9_]+)\b|(?<![\w$.:{?&-])([A-Z][A-Z0-9_]*)=(?!=)")
OWN = re.compile(r"^\s*(?:export |local |readonly )?([A-Z][A-Z0-9_]*)=", re.MULTILINE)
LAUNCHED = re.compile(
    r"(?:^\s*|[^\w\s./,;:>)-]\s*|[;:&|(>$]\s+|\b(?:step|exec|then|do|nohup|timeout \S+)\s+|\s--\w*\s+|[A-Z]=\S*\s+)"
    r"make ((?:-C \S+ |-\S+ )*)((?:\"[^\"\n]*\"|[^;&|)\n`>#\"])*)",
    re.MULTILINE,
)
WORD = re.compile(r"""([a-z][a-z0-9-]*)(?=\s|$|["',:])\s*|([A-Z][A-Z0-9_]*)=(?:"([^"]*)"|[^\s"]*)\s*""")
SAID = re.compile(r"\b([A-Z][A-Z_]+)`? \(`?(\d[\w.]*)`?\)")
DOCKER = re.compile(r"\bdocker compose \w+ ([^\n`;&|<>]*)")
BRANCH = re.compile(r"^(?P<lines>[ │|]*)[├└]── ?(?P<name>[\w.-]+)", re.MULTILINE)
TABLE = re.compile(r"^\| package \|.*\n\|[-| :]+\|\n((?:\|.*\n)+)", re.MULTILINE)
SUBCOMMAND = re.compile(r"^@([a-z]\w*)\.command\((?:\s*\"([\w-]+)\")?(?:[^@]|\n@)*?\ndef (\w+)\(", re.MULTILINE)


@cache
def mentions(text: Text) -> tuple[list[Mention], list[Finding]]:
    """Everything that one file names; a file that cannot be read is a finding."""
    try:
        return list(dict.fromkeys(_read(text))), []
    except Unreadable as error:
        problem = "this form of YAML or JSON is not understood"
        return [], [Finding(text.path, int(error.args[0]), problem, "write it as the other files do")]


def _read(text: Text) -> Iterator[Mention]:
    yield from structures.mentions(text)
    yield from settings.mentions(text)
    if fits(text.path, f"{FILES['names']} {FILES['values']}"):
        yield from _lines(text, text.content, 1, every=False)
    if not fits(text.path, FILES["names"]):
        return
    if text.path.endswith(".py"):
        yield from _strings(text)
    elif text.path.endswith(".md"):
        yield from _document(text)
    else:
        yield from _part(text, text.content, 1)


def _lines(text: Text, part: str, line: int, *, every: bool = True) -> Iterator[Mention]:
    for files, kind, role, pattern in rows("lines", text.path):
        for match in compiled(pattern).finditer(part) if every == (files == "*") else ():
            name, at = match[match.lastindex or 0], line + part.count("\n", 0, match.start(match.lastindex or 0))
            name = name.replace("127.0.0.1", "localhost") if kind == "port" else name
            name = f"3.{name[1:]}" if re.fullmatch(r"3\d\d", name) else name.strip().rstrip(".").replace('", "', " ")
            words = re.findall(r"[\w./-]+", name) if kind.endswith("*") else [name]
            words = [":".join(match.groups())] if kind.endswith("+") else words
            yield from (Mention(kind.rstrip("*+"), each, text.path, at, role) for each in words)
            if kind == "image reference":
                yield from structures.of_image(text, name, at)


def _part(text: Text, part: str, line: int) -> Iterator[Mention]:
    code = REMARK.sub(lambda match: " " * len(match[0]), part)
    yield from (*_lines(text, code, line), *_make(text, code, line))
    kinds = {"verb", "env"} if text.path.endswith(".md") else {"verb"}
    yield from (each for each in _remark(text, code, line, every=False) if each.kind in kinds)
    for match in DOCKER.finditer(code):
        for word in re.findall(r"(?<![\w=./-])[a-z][\w-]*(?![\w=./])", match[1]):
            yield Mention("service", word, text.path, line + code.count("\n", 0, match.start()), "perhaps")
    own = set(OWN.findall(code))
    for match in VARIABLE.finditer(code) if fits(text.path, FILES["variables"]) else ():
        role = "perhaps" if match[2] or match[1] in own or text.path.endswith(".md") else "uses"
        yield Mention("env", match[1] or match[2], text.path, line + code.count("\n", 0, match.start()), role)
    for match in REMARK.finditer(part):
        yield from _remark(text, match[0], line + part.count("\n", 0, match.start()))


def _make(text: Text, part: str, line: int) -> Iterator[Mention]:
    for match in LAUNCHED.finditer(part):
        at, position = line + part.count("\n", 0, match.start(2)), 0
        asked: list[str] = []
        while word := WORD.match(match[2], position):
            position = word.end()
            asked += [word[1]] if word[1] else []
            kind, name = ("verb", word[1]) if word[1] else ("argument", " ".join([*asked, word[2]]))
            yield Mention(kind, name, text.path, at)
            yield from _make(text, word[3] or "", at)


def _remark(text: Text, part: str, line: int, *, every: bool = True) -> Iterator[Mention]:
    # To people, make and manage.py are said in sentences.
    for each in _lines(text, part, line) if every else ():
        yield each._replace(name=each.name.split(" ")[0], role="perhaps") if each.kind == "command" else each
    for _, kind, role, pattern in rows("spoken"):
        for match in compiled(pattern).finditer(part):
            yield Mention(kind, match[1], text.path, line + part.count("\n", 0, match.start()), role)


def _strings(text: Text) -> Iterator[Mention]:
    for match in SUBCOMMAND.finditer(text.content):
        name = f"{match[1]} {match[2] or match[3]}"
        yield Mention("command", name, text.path, text.line(match.start()), "defines")
    for match in STRING.finditer(text.content) if not re.search(r"(^|/)tests/", text.path) else ():
        for each in _remark(text, match[0], text.line(match.start())):
            if each.kind in {"module", "path", "command", "verb"}:
                yield each._replace(role="perhaps")


def _document(text: Text) -> Iterator[Mention]:
    for match in (each for each in CODE.finditer(text.content) if not each[0].startswith("```text")):
        code = match[0].replace("`", " ") if "\n" in match[0] else match[0].strip("`")
        yield from _part(text, code, text.line(match.start()))
    for match in SAID.finditer(text.content):
        yield Mention(f"default of {match[1]}", match[2], text.path, text.line(match.start()))
    for _, kind, role, pattern in rows("written"):
        for match in compiled(pattern).finditer(text.content):
            link = str(PurePosixPath(text.path).parent / match[1]) if kind == "path" else match[1]
            name = re.sub(r"(^|/)[\w.-]+/\.\./|^\./", r"\1", link)
            yield Mention(kind, name, text.path, text.line(match.start(1)), role)
    yield from (*_table(text), *_picture(text))


def _table(text: Text) -> Iterator[Mention]:
    for table in TABLE.finditer(text.content):
        for row in re.finditer(r"^\| *([^|]*?) *\|", table[1], re.MULTILINE):
            line = text.line(table.start(1) + row.start(1))
            yield from (Mention("package", name.split(" ")[0], text.path, line) for name in row[1].split(", "))


def _picture(text: Text) -> Iterator[Mention]:
    above: list[tuple[int, str]] = []
    for match in BRANCH.finditer(text.content):
        # Each name is below the last one that stands farther to the left.
        above = [each for each in above if each[0] < len(match["lines"])]
        above.append((len(match["lines"]), match["name"]))
        yield Mention("drawn path", "/".join(name for _, name in above), text.path, text.line(match.start("name")))
