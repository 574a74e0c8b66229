"""The files of the project: those that git does not ignore; outside of a checkout, by the same rules of .gitignore."""

import fnmatch
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from tools.programs import run

# Formats that people write by hand, and the locks whose heads repeat a version.
READ = re.compile(
    r"(^|/)(Makefile|\S*Dockerfile|\.env\.example|\.envrc|\.(git|docker)ignore|\.editorconfig|\.python-version)$"
    r"|\.(py|md|ya?ml|toml|ini|nix)$|^(flake|poetry)\.lock$|^requirements/lock\.txt$|^(\.devcontainer|\.ci)/\S+$"
)


class Mention(NamedTuple):
    """A name of some kind, where it stands, and its role there (see forms.toml)."""

    kind: str
    name: str
    path: str
    line: int
    role: str = "uses"


class Finding(NamedTuple):
    """What is wrong in a line, what to do, and the place that it disagrees with."""

    path: str
    line: int
    problem: str
    fix: str
    other: str = ""

    def __str__(self) -> str:
        against = f" [{self.other}]" if self.other else ""
        return f"{self.path}:{self.line}: {self.problem}{against}\n    fix: {self.fix}"


@dataclass(frozen=True)
class Text:
    """One file."""

    path: str
    content: str

    def line(self, offset: int) -> int:
        return self.content.count("\n", 0, offset) + 1

    def find(self, name: str, start: int = 1) -> int:
        """The first line from `start` on that contains the name; `start` if none does."""
        offset = self._starts[min(start, len(self._starts)) - 1]
        match = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])").search(self.content, offset)
        return self.line(match.start()) if match else start

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.content))]


@dataclass(frozen=True)
class Tree:
    """The texts, and the names of all files."""

    texts: Mapping[str, Text]
    files: frozenset[str]

    @cached_property
    def paths(self) -> frozenset[str]:
        """The files and their folders."""
        return _with_folders(self.files)

    def matching(self, patterns: str) -> list[Text]:
        return [self.texts[path] for path in _fitting(self.files, patterns) if path in self.texts]

    def with_text(self, path: str, content: str) -> "Tree":
        return replace(self, texts={**self.texts, path: Text(path, content)}, files=self.files | {path})


@cache
def fits(path: str, patterns: str) -> bool:
    """Whether one of the patterns, which spaces separate, means this file or a folder above it."""
    return any(fnmatch.fnmatchcase(path, each) or path.startswith(f"{each}/") for each in patterns.split())


@cache
def _fitting(files: frozenset[str], patterns: str) -> list[str]:
    return sorted(path for path in files if fits(path, patterns))


@cache
def _with_folders(files: frozenset[str]) -> frozenset[str]:
    return files | {str(parent) for name in files for parent in PurePosixPath(name).parents}


def read(root: Path) -> Tree:
    """Every file of the project that exists; as text if it has one of the formats."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = run(command) if (root / ".git").exists() else None
    names = listed.output.split("\0")[:-1] if listed and listed.ok else _walk(root)
    files = frozenset(name for name in names if (root / name).is_file())
    found = {name: (root / name).read_text("utf-8", errors="replace") for name in sorted(files) if READ.search(name)}
    return Tree({name: Text(name, content) for name, content in found.items()}, files)


def _walk(root: Path) -> Iterator[str]:
    ignore = root / ".gitignore"
    rules = ignore.read_text(encoding="utf-8").split("\n") if ignore.exists() else []
    patterns = [".git", *(line.strip().strip("/") for line in rules if line.strip() and not line.startswith("#"))]
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not is_ignored(name, patterns)]
        inside = Path(folder).relative_to(root)
        yield from ((inside / name).as_posix() for name in files if not is_ignored(name, patterns))


def is_ignored(name: str, rules: Sequence[str]) -> bool:
    """As git and Docker decide: a later rule with an exclamation mark takes a name in again."""
    fitting = [rule for rule in rules if fits(name.strip("/"), rule.removeprefix("!").strip("/"))]
    return bool(fitting) and not fitting[-1].startswith("!")
