"""Every path of this project that a file names exists."""

import re
from collections.abc import Iterator
from functools import cache

from tools.parity.declared.others import is_something_else
from tools.parity.findings import Claim, Found
from tools.parity.markdown import code, is_document
from tools.parity.tree import Text, Tree

ROOTS = r"(?:src|tests|tools|deploy|requirements|docs|benchmarks|core|apps|project|\.ci|\.github|\.devcontainer)"
PATH = re.compile(rf"(?<![\w/.@$%{{}}-])(?:\./)?({ROOTS}/[\w./-]*\w)(?![\w{{<$*\\])")
FILE = re.compile(r"(?<![\w/.*-])((?:[\w-]+/)*[\w.-]+\.(?:py|pyi|md|toml|lock|txt|ini|ya?ml|nix))(?![\w/-])")
LINK = re.compile(r"\]\(([^)#:]+)\)")
MEND = "name one that exists, or add it"


def of_tree(tree: Tree) -> Iterator[Found]:
    """In documents every name of a file in code, and every link; elsewhere what starts like a folder of ours."""
    for text in tree.written:
        for start, end in named(text):
            name = text.content[start:end]
            if is_ours(name, tree) and not is_something_else(text, start):
                here = exists(name, tree)
                yield Claim(text, start, end, "" if here else f"there is no {name}", "" if here else MEND)


@cache
def named(text: Text) -> tuple[tuple[int, int], ...]:
    """Whatever looks like a path of this project, each once."""
    regions = code(text) if is_document(text) else ((0, len(text.content)),)
    patterns = (PATH, FILE) if is_document(text) else (PATH,)
    found = [match for region in regions for pattern in patterns for match in pattern.finditer(text.content, *region)]
    links = LINK.finditer(text.content) if is_document(text) else ()
    return tuple({match.start(1): match.span(1) for match in (*found, *links)}.values())


def is_ours(name: str, tree: Tree) -> bool:
    """A bare file name, or one whose first folder is here."""
    first = name.partition("/")[0]
    return "/" not in name or first in tree.names or f"src/{first}" in tree.names


def exists(name: str, tree: Tree) -> bool:
    """From the root, from src, or, for a bare file name, anywhere; the example app may have been deleted."""
    app = re.match(r"(?:src/)?apps/(\w+)", name)
    if app and f"src/apps/{app[1]}" not in tree.names:
        return True
    if "/" in name:
        return name in tree.names or f"src/{name}" in tree.names
    return name in tree.files
