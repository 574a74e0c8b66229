"""Changes of form that a formatter or a person may make without meaning anything by it."""

import json
import re
from collections.abc import Callable

QUOTED = re.compile(r""""([^"'\\\n]*)"|'([^"'\\\n]*)'""")
LIST = re.compile(r"^(\w[\w-]*) = \[(\".*\")\]$", re.MULTILINE)
INDENT = re.compile(r"^( +)", re.MULTILINE)


def remarks(content: str) -> str:
    """A comment before every line that is not the continuation of a value."""
    return re.sub(r"(?<!\\)\n(?=[ \t]*[^\s\d])", "\n# a remark\n", content)


def trailing(content: str) -> str:
    """A comment after every plain value."""
    return re.sub(r"""(?<=[:=] )([\w."'/-]+)$""", r"\1  # a remark", content, flags=re.MULTILINE)


def gaps(content: str) -> str:
    """An empty line after every line."""
    return re.sub(r"(?<!\\)\n", "\n\n", content)


def quotes(content: str) -> str:
    """The other kind of quotation mark."""
    return QUOTED.sub(lambda match: f'"{match[2]}"' if match[1] is None else f"'{match[1]}'", content)


def indents(content: str) -> str:
    """Twice as deep."""
    return INDENT.sub(r"\1\1", content)


def tight(content: str) -> str:
    """No space around the sign."""
    return re.sub(r"^(\w[\w-]*) = ", r"\1=", content, flags=re.MULTILINE)


def lists(content: str) -> str:
    """One value on each line."""
    return LIST.sub(lambda match: f"{match[1]} = [\n    {match[2].replace(', ', f',{chr(10)}    ')},\n]", content)


def json_again(content: str) -> str:
    """As another program would write it."""
    return json.dumps(json.loads(content), indent=4) + "\n"


Change = Callable[[str], str]
YAML = (remarks, trailing, gaps, quotes, indents)
LEGAL: dict[str, tuple[Change, ...]] = {
    "pyproject.toml": (remarks, gaps, quotes, tight, lists),
    "tox.ini": (remarks, gaps, tight),
    "docker-compose.yml": YAML,
    ".pre-commit-config.yaml": YAML,
    ".github/workflows/check.yml": YAML,
    ".github/workflows/fresh.yml": YAML,
    "Dockerfile": (remarks, gaps),
    ".devcontainer/devcontainer.json": (json_again,),
    "flake.lock": (json_again,),
    "flake.nix": (remarks, gaps, indents),
    ".env.example": (remarks, gaps),
    "Makefile": (gaps,),
    "CONTRIBUTING.md": (gaps,),
    "README.md": (gaps,),
}
