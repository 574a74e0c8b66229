"""What the documents name exists: paths, verbs of make, commands of manage.py."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest
from tools.__main__ import VERBS

from core.commands import build_commands
from project import APPS

ROOT = Path(__file__).resolve().parents[1]
WRITTEN = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
DOCUMENTS = [path.relative_to(ROOT).as_posix() for path in WRITTEN if path.name != "CHANGELOG.md"]
CODE = re.compile(r"^```.*?^```$|^    \S.*?$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)\)")
FILE = re.compile(r"\.(py|pyi|md|toml|lock|txt|ini|ya?ml|nix)$")
# What a clone does not have: made by the verbs, or named by a person.
MADE = re.compile(r"^(var|\.venv|\.tox|\.env|\.git)(/|$)|[<>{}*$…]")


def code(text: str) -> str:
    """What a reader takes for code: blocks and spans."""
    return "\n".join(match.group() for match in CODE.finditer(text))


def paths(text: str) -> Iterator[str]:
    """Every word of the code, and every link, that looks like a path of this repository."""
    words = [word.lstrip("`('\"").rstrip("`.,;:)'\"") for word in re.split(r"\s+", code(text))]
    for word in [*words, *LINK.findall(text)]:
        name = word.removeprefix("./")
        first = name.partition("/")[0]
        ours = bool(first) and "/" in name and any((place / first).is_dir() for place in (ROOT, ROOT / "src"))
        if (ours or FILE.search(name)) and not MADE.search(name) and "://" not in name:
            yield name


def is_here(name: str) -> bool:
    """From the root, from src, or, for a bare file name, anywhere; the example app may have been deleted."""
    app = re.match(r"(?:src/)?apps/(\w+)", name)
    if app and not (ROOT / "src" / "apps" / app[1]).exists():
        return True
    if "/" not in name:
        return any(list(ROOT.glob(pattern)) for pattern in (name, f"docs/{name}", f"src/**/{name}", f"tests/**/{name}"))
    return (ROOT / name).exists() or (ROOT / "src" / name).exists()


def verbs() -> set[str]:
    """The targets of the Makefile."""
    return set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def named_verbs(text: str) -> set[str]:
    """What the code of a document asks make for."""
    return set(re.findall(r"\bmake ([a-z][a-z0-9-]*)", code(text)))


def unknown_commands(text: str, group: click.Command) -> list[str]:
    """The words after manage.py that no command answers to; a|b stands for both."""
    found = re.findall(r"manage\.py((?: [a-z][a-z|-]*)+)", code(text))
    return [words for words in found if words.split()[0] not in VERBS and not is_known(words.split(), group)]


def is_known(words: Sequence[str], group: click.Command) -> bool:
    """Follows the words through the groups of commands; what comes after a command is its own affair."""
    if not words or not isinstance(group, click.Group):
        return True
    names = words[0].split("|")
    return all(name in group.commands and is_known(words[1:], group.commands[name]) for name in names)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_a_document_names_exists(document: str) -> None:
    """A renamed file is renamed here too."""
    assert [name for name in paths((ROOT / document).read_text("utf-8")) if not is_here(name)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_verb_that_a_document_names_exists(document: str) -> None:
    """A reader can type what is written."""
    assert named_verbs((ROOT / document).read_text("utf-8")) <= verbs()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_a_document_names_exists(document: str) -> None:
    """The same for manage.py."""
    assert unknown_commands((ROOT / document).read_text("utf-8"), build_commands(APPS)) == []


def test_every_verb_is_explained_by_make_help() -> None:
    """A verb without its line would be found by nobody."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert set(re.findall(r"^([a-z0-9-]+):.*## ", makefile, re.MULTILINE)) == verbs()


def test_what_does_not_exist_is_found() -> None:
    """The same searches over a document that is wrong, and right where it is not."""
    text = "See `src/core/nothing.py`, [x](docs/a.md), `core/errors.py`, `make sense`, `make run`.\n"
    text += "```\nmanage.py db upgrade\nmanage.py db dance\n./manage.py run web|worker\n```\nWe make bread.\n"
    assert [name for name in paths(text) if not is_here(name)] == ["src/core/nothing.py", "docs/a.md"]
    assert named_verbs(text) - verbs() == {"sense"}
    assert unknown_commands(text, build_commands(APPS)) == [" db dance"]
