"""The documents are true: commands, modules and links exist, decisions are complete, sentences are plain.

Paths, verbs of make, versions and ports are compared by `make parity`.
"""

import importlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest
from tools.__main__ import VERBS

from core.commands import build_commands
from core.console.tasks import PurgeJobs
from project import APPS

ROOT = Path(__file__).resolve().parents[1]
PATHS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob(".github/*.md")])
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in PATHS}
# Its entries name what earlier releases had.
DOCUMENTS = [name for name in TEXTS if name != "CHANGELOG.md"]
CODE = re.compile(r"^```.*?^```$|^    \S.*?$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s:]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
MODULE = re.compile(r"(?<![\w./])core(?:\.[a-z_]+)+(?:\.[A-Z]\w+)?(?![\w/(-])")
DECISION = re.compile(r"docs/decisions/\d{4}-[a-z0-9-]+\.md")
PARTS = ["Context", "Decision", "Alternatives", "Consequences"]
# Words that make a reader guess: old verbs, persons that stand for conditions, riddles for "unavailable".
RIDDLES = re.compile(
    r"\b(whoever|nobody|somebody|shall|wish(?:es)?|mend(?:s|ed)?|(?:is|are|was|were) away)\b", re.IGNORECASE
)


def code(text: str) -> str:
    """What a reader takes for code: blocks and spans."""
    return "\n".join(match.group() for match in CODE.finditer(text))


def prose(text: str) -> str:
    """The sentences without the code in them."""
    return CODE.sub("", text)


def broken_links(name: str, text: str) -> list[str]:
    """The links to files that do not exist beside the document, or to headings that it does not have."""
    return [link for link in LINK.findall(text) if not leads_somewhere(ROOT / name, link)]


def leads_somewhere(document: Path, link: str) -> bool:
    """Whether the file exists, and has the heading if the link names one."""
    name, _, heading = link.partition("#")
    target = (document.parent / name).resolve() if name else document
    return target.exists() and (not heading or heading in headings(target.read_text("utf-8")))


def headings(text: str) -> list[str]:
    """The headings as GitHub writes them into addresses."""
    return [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in HEADING.findall(text)]


def unknown_commands(text: str, group: click.Command) -> list[str]:
    """The words after manage.py that are no command; `a|b` stands for both."""
    lines = re.findall(r"manage\.py((?: [a-z][a-z|-]*)+)", code(text))
    return [words for words in lines if words.split()[0] not in VERBS and not is_known(words.split(), group)]


def is_known(words: Sequence[str], group: click.Command) -> bool:
    """Follows the words through the groups of commands; what follows a command are its arguments."""
    if not words or not isinstance(group, click.Group):
        return True
    names = words[0].split("|")
    return all(name in group.commands and is_known(words[1:], group.commands[name]) for name in names)


def unknown_modules(text: str) -> Iterator[str]:
    """The dotted names of core in the code of a document that cannot be imported."""
    for name in set(MODULE.findall(code(text))) - {PurgeJobs.wire_name}:
        home, _, attribute = name.rpartition(".")
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            if not hasattr(importlib.import_module(home), attribute):
                yield name


@pytest.mark.parametrize("document", TEXTS)
def test_every_link_leads_somewhere(document: str) -> None:
    """To a file, relative to the document, and to a heading of it."""
    assert broken_links(document, TEXTS[document]) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_a_document_names_exists(document: str) -> None:
    """A reader can type what is written."""
    assert unknown_commands(TEXTS[document], build_commands(APPS)) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_module_that_a_document_names_exists(document: str) -> None:
    """A module that is renamed is renamed here too."""
    assert list(unknown_modules(TEXTS[document])) == []


@pytest.mark.parametrize("document", TEXTS)
def test_a_document_is_written_in_plain_english(document: str) -> None:
    """Sentences state the subject, the condition and the effect."""
    assert RIDDLES.findall(prose(TEXTS[document])) == []


def test_every_decision_is_in_the_index_under_its_title() -> None:
    """The index has a line for each page, in the order of their numbers."""
    pages = [name for name in TEXTS if DECISION.fullmatch(name)]
    lines = []
    for name in pages:
        number, _, title = TEXTS[name].partition("\n")[0].removeprefix("# ").partition(". ")
        lines.append(f"- [{number}]({Path(name).name}) {title}")
    index = TEXTS["docs/decisions/README.md"].splitlines()
    assert [line for line in index if line.startswith("- ")] == lines
    assert [Path(name).name[:4] for name in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]


@pytest.mark.parametrize("page", [name for name in TEXTS if DECISION.fullmatch(name)])
def test_a_decision_states_its_alternatives(page: str) -> None:
    """Context, decision, what was rejected and why, consequences."""
    assert HEADING.findall(TEXTS[page])[1:] == PARTS
    alternatives = TEXTS[page].partition("## Alternatives\n")[2].partition("## Consequences")[0]
    entries = re.split(r"^- ", alternatives, flags=re.MULTILINE)[1:]
    assert entries
    assert all("rejected because" in " ".join(entry.split()) for entry in entries)


def test_every_verb_is_explained_by_make_help() -> None:
    """Each target of the Makefile has its line in `make`."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    explained = set(re.findall(r"^([a-z0-9-]+):.*## ", makefile, re.MULTILINE))
    assert explained == set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))


def test_what_does_not_exist_is_found() -> None:
    """The same searches over a document that is wrong in every way."""
    text = (
        "# A Title\n\n[x](docs/a.md), [y](README.md#nothing), [z](#a-title), `core.errors.Refusal`, `core.nothing`.\n"
    )
    text += "```\nmanage.py db upgrade\nmanage.py db dance\n./manage.py run web|worker\n```\nThe broker is away.\n"
    assert broken_links("README.md", text) == ["docs/a.md", "README.md#nothing", "#a-title"]
    assert unknown_commands(text, build_commands(APPS)) == [" db dance"]
    assert list(unknown_modules(text)) == ["core.nothing"]
    assert RIDDLES.findall(prose(text)) == ["is away"]
