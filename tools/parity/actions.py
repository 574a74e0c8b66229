"""Every action of a workflow is pinned to a commit, the same one everywhere, with its release beside it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from tools.parity.agreement import Agreement
from tools.parity.findings import Claim, Found
from tools.parity.tree import Text, Tree

WORKFLOWS = ".github/*.y*ml"
USES = re.compile(
    r"""\buses\s*:\s*["']?(?P<name>[\w./-]+)(?:@(?P<commit>[^\s"'#]+))?["']?[ \t]*(?:#[ \t]*(?P<release>\S+))?"""
)
COMMIT = re.compile(r"[0-9a-f]{40}")
RELEASE = re.compile(r"v?\d+(\.\d+)+")
RUNNER = re.compile(r"""\bruns-on\s*:\s*["']?(?P<runner>[\w.-]+)""")
PINNED = "pin it as owner/name@<commit of 40 digits> # v<release>"


def of_tree(tree: Tree) -> Iterator[Found]:
    """Actions, and the machines that they run on."""
    agreement = Agreement()
    for text in tree.matching(WORKFLOWS):
        for match in USES.finditer(text.content):
            if not match["name"].startswith("./"):
                yield from of_action(text, match, agreement)
        for match in RUNNER.finditer(text.content):
            yield of_runner(agreement.claim("the runner", text, match.span("runner")))


def of_action(text: Text, match: re.Match[str], agreement: Agreement) -> Iterator[Claim]:
    """Its commit, and the release that a person reads."""
    for part, form in (("commit", COMMIT), ("release", RELEASE)):
        if match[part] and form.fullmatch(match[part]):
            yield agreement.claim(f"the {part} of {match['name']}", text, match.span(part))
        else:
            span = match.span(part if match[part] else "name")
            yield Claim(text, *span, f"{match['name']} is not pinned to a {part}", PINNED)


def of_runner(claim: Claim) -> Claim:
    """Latest is another machine next year."""
    floats = claim.value.endswith("latest")
    return replace(claim, said="the runner floats", mend="name its release") if floats else claim
