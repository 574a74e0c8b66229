"""Changes that a person could commit, made from the files by kind: renames, swaps, lost members, drifted versions.

Nothing here knows what parity looks for: names come from those who own them, and places from how files are written.
"""

import re
from collections.abc import Iterator
from itertools import chain

from tools.parity.tree import Tree

from tests.tools.parity import names
from tests.tools.parity.mutant import Mutant, renamed
from tests.tools.parity.places import KEYS, TOP, USES, VERSIONS, Row, places, texts
from tests.tools.parity.structure import drops, swaps


def known() -> dict[str, set[str]]:
    """The names of the kinds that somebody outside of parity can list."""
    stack = names.written("docker-compose.yml") + names.written(".env.example")
    own = set(re.findall(r"\b(COMPOSE_[A-Z_]+)", stack)) | {"CATALOG_BATCH_ROWS"}
    needed = re.findall(r"^  \"([a-z][\w-]*)(?:\[\w+\])? \(", names.written("pyproject.toml"), re.MULTILINE)
    return {
        "package": set(needed),
        "verb": names.verbs(),
        "env": names.settings() | own,
        "path": names.paths(),
        "command": set(names.commands()),
    }


def uses(tree: Tree) -> Iterator[Mutant]:
    """Each use of a name, with another name."""
    owned = known()
    for kind, text, start, end in dict.fromkeys(places(tree, USES)):
        name = text.content[start:end].rstrip()
        is_name = name in owned.get(kind, {name}) or (kind == "path" and f"src/{name}" in owned["path"])
        if is_name:
            yield Mutant(f"use of a {kind}", text, start, start + len(name), renamed(name))


def retargeted(tree: Tree) -> Iterator[Mutant]:
    """Each path, to a folder that is not there."""
    paths = names.paths()
    for _, text, start, end in dict.fromkeys(places(tree, tuple(row for row in USES if row[0] == "path"))):
        folder, slash, last = text.content[start:end].rpartition("/")
        if slash and {f"{folder}/{last}", f"src/{folder}/{last}"} & paths:
            yield Mutant("path", text, start, end, f"{folder}/old/{last}")


DEFINITIONS: tuple[Row, ...] = (
    ("verb", "Makefile", r"^([a-z0-9-]+):.*## "),
    ("setting", "src/core/config.py", r"^    ([a-z][a-z_]+): "),
    ("route", "src/core/console/routes.py src/apps/*/routes.py src/core/http/*.py", r"(?:routes|\.get)\(\"/(\w+)"),
    ("build target", "Dockerfile", r"^FROM \S+ AS (\S+)"),
    ("build argument", "Dockerfile", r"^ARG (\w+)"),
    ("flake output", "flake.nix", r"^        (test|services) = "),
    ("make variable", "Makefile", r"^([A-Z]+) (?::|\?)?= "),
    (
        "command",
        "src/core/commands/*.py",
        r"^def (run|web|worker|beat|db|upgrade|downgrade|migrate|settings|watch|jobs)\(",
    ),
)


def definitions(tree: Tree) -> Iterator[Mutant]:
    """Each definition, with another name, while all others use the old one."""
    for kind, text, start, end in places(tree, DEFINITIONS):
        name = text.content[start:end]
        spoken = name.upper() if kind == "setting" else name
        yield Mutant(f"definition of a {kind}", text, start, end, f"{name}x", spoken)
    yield from (*of_keys(tree), *of_patterns(tree))


def of_keys(tree: Tree) -> Iterator[Mutant]:
    """Names in the stack, by the structure of its file: of a definition the key, with a value or without."""
    for text in texts(tree, "docker-compose.yml"):
        for path, value, start, end in names.scalars(text):
            place = " ".join(part if number not in {1, 3} else "*" for number, part in enumerate(path) if part != "key")
            for kind in [kind for kind, patterns in KEYS.items() if place in patterns]:
                if path[-1] in {"key", "*"}:
                    name = value if len(path) == TOP else ""
                    yield Mutant(f"{'definition' if name else 'use'} of a {kind}", text, start, end, f"{value}x", name)


def of_patterns(tree: Tree) -> Iterator[Mutant]:
    """The files that a hook is for."""
    for text in texts(tree, ".pre-commit-config.yaml"):
        for path, value, start, end in names.scalars(text):
            if path[-1] in {"files", "exclude"}:
                spot = text.content.index(re.findall(r"\w{3,}", value)[0], start, end)
                yield Mutant("pattern of a hook", text, spot, spot + 1, "Q")


def drifts(tree: Tree) -> Iterator[Mutant]:
    """Each version, port, tag and digest, with another one."""
    for kind, text, start, end in dict.fromkeys(places(tree, VERSIONS)):
        value = text.content[start:end]
        yield Mutant(f"drift of a {kind}", text, start, end, drifted(value, kind))


def drifted(value: str, kind: str) -> str:
    """A value that nobody has: of numbers a later one, of a word another."""
    if kind == "action" and len(value) == 1 and not value.isdigit():
        return "0"
    if re.fullmatch(r"[\d.]+", value):
        head, dot, last = value.rpartition(".")
        return f"{head}{dot}{int(last) + 70}"
    return f"{value[:-1]}{'q' if value[-1] != 'q' else 'z'}"


def everything(tree: Tree) -> list[Mutant]:
    """All of them, each once."""
    made = chain(uses(tree), definitions(tree), retargeted(tree), drifts(tree), swaps(tree), drops(tree))
    return list(dict.fromkeys(made))
