"""What single names do not show: lists with the same members, values that belong together, pins, the lock."""

import operator
import re
import tomllib
from collections.abc import Iterator
from functools import cache

from tools.content_hash import content_hash
from tools.parity.forms import compiled, rows
from tools.parity.tree import Finding, Text, Tree, is_ignored
from tools.parity.yaml import select

LOCK, WORKFLOWS, DOCKERIGNORE = "poetry.lock", ".github/workflows/*.y*ml", ".dockerignore"
ACTION = re.compile(r"\buses: [\"']?(?P<name>[\w-]+/[\w./-]+)@?(?P<pin>[^\n]*)")
REQUIREMENT = re.compile(r"\"([A-Za-z][\w.-]*)(?:\[[\w,-]+\])? \(([^)\"]*)\)\"")
INSTALL = re.compile(r"\bpip\b[^\n;&|]*\binstall (?:[^\n;&|\\]|\\\n)*|^install_command\s*=.*", re.MULTILINE)
COPY = re.compile(r"^(?:COPY|ADD) (?:--(?!from)\S+ )*((?:(?!--from)\S+ )+)\S+$", re.MULTILINE)
OPERATORS = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}


def findings(tree: Tree) -> Iterator[Finding]:
    """All of them, as far as the files are there."""
    for files, *rule in rows("only"):
        yield from (each for text in tree.matching(files) for each in _only(text, *rule))
    for files, pair in rows("pairs"):
        yield from (each for text in tree.matching(files) for each in _pairs(text, pair))
    for topic in {row[0]: None for row in rows("lists")}:
        yield from _lists(tree, topic)
    yield from (*_actions(tree), *_installs(tree), *_ignored(tree), *_lock(tree))


def _only(text: Text, path: str, form: str, problem: str) -> Iterator[Finding]:
    for each in select(text, path):
        if not re.fullmatch(form, each.text):
            yield Finding(text.path, each.line, f"{each.text} is {problem}", "write it as the others are")


def _pairs(text: Text, pair: str) -> Iterator[Finding]:
    for match in compiled(pair).finditer(text.content):
        if match[1] != match[2]:
            problem, place = f"{match[2]} stands here for {match[1]}", f"{text.path}:{text.line(match.start(1))}"
            yield Finding(text.path, text.line(match.start(2)), problem, "write the same", place)


def _lists(tree: Tree, topic: str) -> Iterator[Finding]:
    lists = [
        (text, size == "all", members)
        for _, files, size, region, member in (row for row in rows("lists") if row[0] == topic)
        for text in tree.matching(files)
        if (members := _members(text, region, member))
    ]
    for text, is_whole, members in lists[1:]:
        first, wanted = lists[0][0], lists[0][2]
        for name in sorted((wanted.keys() ^ members.keys()) if is_whole else (members.keys() - wanted.keys())):
            here, there = members.get(name, min(members.values())), wanted.get(name, min(wanted.values()))
            shown = f"#{name.upper()}=<default>" if topic == "variable" else name
            one, other = (text.path, first.path) if name in members else (first.path, text.path)
            fix = f"write {shown} into {other}, or take it out of {one}"
            yield Finding(text.path, here, f"the {topic} {shown} is not in {other}", fix, f"{first.path}:{there}")


@cache
def _members(text: Text, region: str, member: str) -> dict[str, int]:
    blocks = [match.span(match.lastindex or 0) for match in compiled(region).finditer(text.content)]
    found = [match for block in blocks for match in compiled(member).finditer(text.content, *block)]
    return {match[0].replace(".", "").lower(): text.line(match.start()) for match in found}


def _actions(tree: Tree) -> Iterator[Finding]:
    first: dict[str, tuple[str, str]] = {}
    for text in tree.matching(WORKFLOWS):
        for match in ACTION.finditer(text.content):
            line, pin = text.line(match.start()), re.sub(r"[\"'\s]+", " ", match["pin"]).strip()
            known, place = first.setdefault(match["name"], (pin, f"{text.path}:{line}"))
            if not re.fullmatch(r"[0-9a-f]{40} # v?\d+(\.\d+)+", pin) or known != pin:
                problem = f"{match['name']} is not pinned, or not as there"
                yield Finding(text.path, line, problem, "write @<commit of 40 digits> # v<release>", place)


def _installs(tree: Tree) -> Iterator[Finding]:
    for text in tree.matching("*Dockerfile* tox.ini .github/*.y*ml .ci/* *.md"):
        for line in _unhashed(text):
            yield Finding(text.path, line, "this compares no hashes", "add --require-hashes")


@cache
def _unhashed(text: Text) -> list[int]:
    found = [match for match in INSTALL.finditer(text.content) if "--require-hashes" not in match[0]]
    listed = [match for match in found if re.search(r"\s-r\b|--requirement|^install_command", match[0])]
    return [text.line(match.start()) for match in listed]


def _ignored(tree: Tree) -> Iterator[Finding]:
    for path, secrets in ((".gitignore", (".env", ".venv")), (DOCKERIGNORE, (".env", ".git"))):
        for text in tree.matching(path):
            rules = [line.strip() for line in text.content.splitlines() if line.strip() and line[0] != "#"]
            for name in secrets:
                if not is_ignored(name, rules):
                    yield Finding(path, 1, f"{name} is not ignored", f"add {name}")
            yield from _copied(tree, text, rules) if path == DOCKERIGNORE else ()


def _copied(tree: Tree, ignore: Text, rules: list[str]) -> Iterator[Finding]:
    copies = [(text, match) for text in tree.matching("Dockerfile") for match in COPY.finditer(text.content)]
    for text, match in copies:
        for name in match[1].split():
            if is_ignored(name, rules):
                problem, fix = f"{name} is copied, and ignored", f"add !{name} there"
                yield Finding(text.path, text.line(match.start()), problem, fix, f"{ignore.path}:1")


def _lock(tree: Tree) -> Iterator[Finding]:
    for manifest, lock in zip(tree.matching("pyproject.toml"), tree.matching(LOCK), strict=False):
        versions = _locked(lock)
        for each in REQUIREMENT.finditer(manifest.content):
            if not _allows(each[2], versions.get(each[1].lower(), "")):
                yield Finding(manifest.path, manifest.line(each.start()), f"the lock has no {each[0]}", "make lock")
        if _mark(manifest) != versions["content-hash"]:
            place = f"{manifest.path}:{manifest.find('dependencies')}"
            line = lock.find("content-hash")
            yield Finding(LOCK, line, "was resolved from another pyproject.toml", "make lock", place)


@cache
def _mark(manifest: Text) -> str:
    try:
        return content_hash(tomllib.loads(manifest.content))
    except (tomllib.TOMLDecodeError, KeyError):
        return "none"


@cache
def _locked(lock: Text) -> dict[str, str]:
    mark = re.findall(r'^content-hash = "([^"]*)"', lock.content, re.MULTILINE)
    found = re.findall(r'^name = "([^"]+)"\nversion = "([^"]+)"', lock.content, re.MULTILINE)
    return {"content-hash": "".join(mark), **dict(found)}


def _allows(wanted: str, version: str) -> bool:
    clauses = re.findall(r"([<>=!^~]+)\s*([\d.]+)", wanted)
    pairs = [(sign, _numbers(version), _numbers(bound)) for sign, bound in clauses]
    return bool(version) and all(sign in OPERATORS and OPERATORS[sign](one, other) for sign, one, other in pairs)


def _numbers(version: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", re.sub(r"(\.0)+$|[^\d.].*", "", version))]
