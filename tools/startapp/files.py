"""The files of a new app: those of `template`, with its name in them."""

from collections.abc import Iterator
from pathlib import Path
from string import Template

TEMPLATE = Path(__file__).parent / "template"
# So that no tool takes a template for a program.
SUFFIX = ".txt"


def rendered(name: str) -> dict[str, str]:
    """The text of every file by its path in the app's folder."""
    words = {"name": name, "Name": "".join(word.capitalize() for word in name.split("_"))}
    return {path: Template(text).substitute(words) for path, text in _templates()}


def _templates() -> Iterator[tuple[str, str]]:
    for file in sorted(TEMPLATE.rglob(f"*{SUFFIX}")):
        yield str(file.relative_to(TEMPLATE)).removesuffix(SUFFIX), file.read_text(encoding="utf-8")
