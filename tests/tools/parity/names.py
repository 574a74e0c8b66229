"""The names of the project, asked of those who own them: click, Flask's rules, the settings, git, ruamel's YAML."""

import re
import subprocess
import tomllib
from collections.abc import Iterator

import click
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from tools.parity.tree import Text
from tools.pins import ROOT

from core.commands import build_commands
from core.config import Settings
from project import APPS


def written(path: str) -> str:
    """The file as it is."""
    return (ROOT / path).read_text("utf-8")


def settings() -> set[str]:
    """The core's, of pydantic itself."""
    return {name.upper() for name in Settings.model_fields}


def commands(group: click.Command | None = None, above: str = "") -> Iterator[str]:
    """Every command with the ones above it, of click itself."""
    group = group or build_commands(APPS)
    for name, command in group.commands.items() if isinstance(group, click.Group) else ():
        yield f"{above}{name}"
        yield from commands(command, f"{above}{name} ")


def verbs() -> set[str]:
    """Targets that the help lists."""
    return set(re.findall(r"^([a-z0-9-]+):.*## ", written("Makefile"), re.MULTILINE))


def paths() -> set[str]:
    """Files, and the folders above them, of git."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=True)
    files = listed.stdout.split()
    return {"/".join(name.split("/")[:size]) for name in files for size in range(1, name.count("/") + 2)}


def manifest() -> dict[str, object]:
    """[tool.environment]."""
    found = tomllib.loads(written("pyproject.toml"))["tool"]["environment"]
    return {str(key): value for key, value in found.items()}


Scalar = tuple[tuple[str, ...], str, int, int]


def scalars(text: Text) -> list[Scalar]:
    """Every key and every value of a YAML file, with its path and its span; each written place once."""
    node = YAML(typ="safe", pure=True).compose(text.content)
    return list(dict.fromkeys(below(node, ()))) if isinstance(node, Node) else []


def below(node: Node, path: tuple[str, ...]) -> Iterator[Scalar]:
    """Keys have the path of the collection that they stand in, and an empty key at its end."""
    if isinstance(node, ScalarNode):
        start, end = node.start_mark.index, node.end_mark.index
        yield path, str(node.value), start, end
    if isinstance(node, SequenceNode):
        for each in node.value:
            yield from below(each, (*path, "*"))
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield (*path, str(key.value), "key"), str(key.value), key.start_mark.index, key.end_mark.index
            yield from below(value, (*path, str(key.value)))
