"""What the doctor finds, and how it is shown to people and to tools."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

# note: some verbs cannot be used, or something is about to be mended by itself. wrong: run, test or check fail.
State = Literal["ok", "note", "wrong"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; whatever is not ok has the command that mends it."""

    name: str
    state: State
    found: str
    verbs: str = ""
    mend: str = ""


def ok(name: str, found: str) -> Finding:
    """As it should be."""
    return Finding(name, "ok", found)


def table(findings: Sequence[Finding]) -> str:
    """For people: what is wrong catches the eye, and the mend stands right below it."""
    width = max(len(finding.name) for finding in findings)
    return "\n".join(line for finding in findings for line in lines(finding, width))


def lines(finding: Finding, width: int) -> list[str]:
    """One line, or two."""
    verbs = f"  [{finding.verbs}]" if finding.verbs else ""
    first = f"{finding.state:5}  {finding.name:{width}}  {finding.found}{verbs}"
    return [first, f"{'':5}  {'mend':>{width}}  {finding.mend}"] if finding.mend else [first]


def data(findings: Sequence[Finding]) -> str:
    """For tools."""
    return json.dumps([asdict(finding) for finding in findings], indent=2)
