"""The files of the project as parity reads them: once, as text, each place in them known by its line."""

import fnmatch
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

# Code is judged by types and tests, what tools write by lock-check; history and drawings repeat nothing.
UNREAD = ("src/*", "tests/*", "tools/*", "benchmarks/*", "requirements/*", "LICENSE", "CHANGELOG.md", "*.svg")
# Except where code decides a fact.
SOURCES = (
    "src/core/config.py",
    "src/core/production.py",
    "src/apps/*/config.py",
    "requirements/lock.txt",
    "tests/architecture/rules.py",
    "tools/lint/*",
)
# Written by tools and judged as a whole, or read for one line only.
WHOLE = ("poetry.lock", "flake.lock", *SOURCES)
LARGEST = 2_000_000


@dataclass(frozen=True)
class Spot:
    """A line of a file, as people and editors write it."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Text:
    """One file."""

    path: str
    content: str

    def spot(self, offset: int) -> Spot:
        """The line on which this character stands."""
        return Spot(self.path, self.content.count("\n", 0, offset) + 1)


@dataclass(frozen=True)
class Tree:
    """What is compared: the texts, and the names of everything that exists."""

    texts: Mapping[str, Text]
    names: frozenset[str]

    def matching(self, pattern: str) -> Iterator[Text]:
        """The texts whose path fits a pattern of the shell."""
        if pattern in self.texts:
            yield self.texts[pattern]
        elif "*" in pattern:
            yield from (text for path, text in self.texts.items() if fits(path, (pattern,)))

    @cached_property
    def written(self) -> tuple[Text, ...]:
        """What people write, and may repeat anything in."""
        return tuple(text for path, text in self.texts.items() if not fits(path, WHOLE))

    @cached_property
    def files(self) -> frozenset[str]:
        """The last parts of all names."""
        return frozenset(name.rpartition("/")[2] for name in self.names)

    def with_text(self, path: str, content: str) -> "Tree":
        """The same tree after a change of one file."""
        return replace(self, texts={**self.texts, path: Text(path, content)}, names=self.names | with_parents([path]))


def read(root: Path) -> Tree:
    """Every file that git does not ignore."""
    names = sorted(walk(root, ignored(root)))
    texts = {name: Text(name, content) for name in names if is_read(name) and (content := text_of(root / name))}
    return Tree(texts, with_parents(names))


def with_parents(names: Sequence[str]) -> frozenset[str]:
    """The files, and the folders that they stand in."""
    return frozenset(names) | {str(parent) for name in names for parent in PurePosixPath(name).parents}


def ignored(root: Path) -> list[str]:
    """The lines of .gitignore; in this project they are names without folders in front."""
    lines = (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    return [".git", *(line.strip().rstrip("/") for line in lines if line.strip() and not line.startswith("#"))]


def walk(root: Path, patterns: list[str]) -> Iterator[str]:
    """Without git, because an image and the sandbox of Nix have none."""
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if is_kept(name, patterns)]
        inside = Path(folder).relative_to(root)
        yield from ((inside / name).as_posix() for name in files if is_kept(name, patterns))


def is_kept(name: str, patterns: list[str]) -> bool:
    """As git decides: a later line with an exclamation mark takes a name in again."""
    kept = True
    for pattern in patterns:
        if fnmatch.fnmatch(name, pattern.removeprefix("!")):
            kept = pattern.startswith("!")
    return kept


def is_read(name: str) -> bool:
    """Whether this file may repeat a fact, or decides one."""
    return fits(name, SOURCES) or not fits(name, UNREAD)


@cache
def fits(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether one of the patterns means this file."""
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def text_of(path: Path) -> str:
    """Nothing where it is not text."""
    if path.stat().st_size > LARGEST:
        return ""
    raw = path.read_bytes()
    return "" if b"\0" in raw else raw.decode("utf-8", errors="replace")
