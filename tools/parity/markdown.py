"""What a reader of a document takes for code: blocks and spans."""

import re
from functools import cache

from tools.parity.tree import Text

CODE = re.compile(r"^```.*?^```$|^    \S.*?$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"(?:^|(?<=\s))(?:#|//).*$", re.MULTILINE)


def is_document(text: Text) -> bool:
    """Prose with code in it, not the other way round."""
    return text.path.endswith(".md")


def blocks(text: Text) -> tuple[tuple[int, int], ...]:
    """What is written to be copied: in a document its fenced blocks, elsewhere everything."""
    if is_document(text):
        return tuple(match.span() for match in FENCED.finditer(text.content))
    return ((0, len(text.content)),)


@cache
def remarks(text: Text) -> tuple[tuple[int, int], ...]:
    """What a file of settings says to people; a document says nothing else."""
    return () if is_document(text) else tuple(match.span() for match in COMMENT.finditer(text.content))


@cache
def code(text: Text) -> tuple[tuple[int, int], ...]:
    """The spans of code: in a document what it marks as such, elsewhere all but the comments."""
    if is_document(text):
        return tuple(match.span() for match in CODE.finditer(text.content))
    comments = remarks(text)
    starts = [0, *(end for _, end in comments)]
    ends = [*(start for start, _ in comments), len(text.content)]
    return tuple(zip(starts, ends, strict=True))
