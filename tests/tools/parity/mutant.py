"""One change of one file, and whether parity names the changed line."""

import re
from dataclasses import dataclass

from tools.parity.compare import compare
from tools.parity.tree import Finding, Text, Tree


@dataclass(frozen=True)
class Mutant:
    """A span of a file with other words; of a definition also the old name, which the others still use."""

    kind: str
    text: Text
    start: int
    end: int
    value: str
    name: str = ""

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.text.content.count("\n", 0, self.start) + 1

    def findings(self, tree: Tree) -> list[Finding]:
        """What parity says of the tree with this change in it."""
        content = self.text.content
        changed = content[: self.start] + self.value + content[self.end :]
        return compare(tree.with_text(self.text.path, changed))[1]

    def is_killed(self, tree: Tree) -> bool:
        """A finding at the changed line, on either side; of a definition also at a line that uses the old name.

        A lost member has no line any more, so its file is enough, or its name.
        """
        spots = {f"{self.text.path}:{line}" for line in range(self.line, self.line + self.value.count("\n") + 2)}
        for finding in self.findings(tree):
            if {f"{finding.path}:{finding.line}", finding.other} & spots:
                return True
            if self.name and self.name in line_of(tree, finding):
                return True
            if not self.value and (
                finding.path == self.text.path or names(finding, self.text.content[self.start : self.end])
            ):
                return True
        return False

    def __str__(self) -> str:
        old = self.text.content[self.start : self.end]
        return f"{self.kind}: {self.text.path}:{self.line}: {old!r} -> {self.value!r}"


def names(finding: Finding, member: str) -> bool:
    """Whether a finding speaks of one of these words."""
    return any(re.search(rf"\b{re.escape(word)}\b", finding.problem) for word in re.findall(r"[\w.-]*\w", member))


def line_of(tree: Tree, finding: Finding) -> str:
    """What stands in the line that a finding names."""
    text = tree.texts.get(finding.path)
    return text.content.split("\n")[finding.line - 1] if text else ""


def renamed(name: str) -> str:
    """A letter too many, or a letter that is another one: by turns, as the length of the name has it."""
    if len(name) % 2 and not name.isdigit():
        return f"{name}{'X' if name.isupper() else 'x'}"
    middle = len(name) // 2 - (not name[len(name) // 2].isalnum())
    other = "7" if name[middle] != "7" else "8"
    if name[middle].isalpha():
        other = "Q" if name[middle].isupper() else "q"
    return name[:middle] + other + name[middle + 1 :]
